// What the buttons and keys of the visual editor do; a feature adds its own to `deeds`.

import { lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { liftListItem, sinkListItem, wrapInList } from "prosemirror-schema-list";
import { NodeSelection, Selection, TextSelection } from "prosemirror-state";
import { addColumnAfter, addRowAfter, CellSelection, deleteColumn, deleteRow, deleteTable, isInTable, TableMap } from "prosemirror-tables";
import { askForLink } from "../shared/link.js";
import { askForNote } from "../shared/notes.js";
import { Deeds } from "../shared/toolbar.js";
import { editSource } from "./islands.js";
import { schema } from "./schema.js";

const { marks, nodes } = schema;

export const deeds = new Deeds();

function byCommand(command) {
  return (view) => {
    command(view.state, view.dispatch, view);
    view.focus();
  };
}

// --- Where the caret is -----------------------------------------------------------------------------------------

function ancestor({ $from }, isWanted) {
  for (let depth = $from.depth; depth > 0; depth--) if (isWanted($from.node(depth))) return { node: $from.node(depth), depth, at: $from.before(depth) };
  return null;
}

function hasMark({ selection: { from, to, empty, $from }, doc, storedMarks }, type) {
  return empty ? Boolean(type.isInSet(storedMarks ?? $from.marks())) : doc.rangeHasMark(from, to, type);
}

const listOf = (selection) => ancestor(selection, (node) => node.type.isInGroup("list"));

/** Whether a button is on, for those that can be. */
export const states = {
  bold: (state) => hasMark(state, marks.strong),
  italic: (state) => hasMark(state, marks.em),
  code: (state) => hasMark(state, marks.code),
  link: (state) => hasMark(state, marks.link) || hasMark(state, marks.page),
  bullets: ({ selection }) => listOf(selection)?.node.type === nodes.bullet_list,
  numbers: ({ selection }) => listOf(selection)?.node.type === nodes.ordered_list,
  quote: ({ selection }) => Boolean(ancestor(selection, (node) => node.type === nodes.blockquote)),
  paragraph: ({ selection }) => selection.$from.parent.type === nodes.paragraph,
  ...Object.fromEntries([2, 3, 4].map((level) => [`heading-${level}`, ({ selection: { $from } }) => $from.parent.type === nodes.heading && $from.parent.attrs.level === level])),
};

/** Buttons that are there in a table only, or in a list only. */
export const places = { table: (state) => isInTable(state), list: ({ selection }) => Boolean(listOf(selection)) };

// --- Words and blocks -------------------------------------------------------------------------------------------

deeds.add("undo", byCommand(undo));
deeds.add("redo", byCommand(redo));
deeds.add("bold", byCommand(toggleMark(marks.strong)));
deeds.add("italic", byCommand(toggleMark(marks.em)));
deeds.add("code", byCommand(toggleMark(marks.code)));
deeds.add("subscript", byCommand(toggleMark(marks.sub)));
deeds.add("superscript", byCommand(toggleMark(marks.sup)));

/** A paragraph; at an island, a new one under it. */
deeds.add("paragraph", byCommand((state, dispatch) => {
  if (!(state.selection instanceof NodeSelection) || state.selection.node.type !== nodes.island) return setBlockType(nodes.paragraph)(state, dispatch);
  const { to } = state.selection;
  const tr = state.tr.insert(to, nodes.paragraph.create());
  dispatch(tr.setSelection(TextSelection.create(tr.doc, to + 1)).scrollIntoView());
  return true;
}));
for (const level of [2, 3, 4]) {
  deeds.add(`heading-${level}`, byCommand((state, dispatch) => {
    const isOn = states[`heading-${level}`](state);
    return setBlockType(isOn ? nodes.paragraph : nodes.heading, isOn ? null : { level })(state, dispatch);
  }));
}

deeds.add("quote", byCommand((state, dispatch) => (states.quote(state) ? lift : wrapIn(nodes.blockquote))(state, dispatch)));

function listed(type) {
  return byCommand((state, dispatch) => {
    const list = listOf(state.selection);
    if (!list) return wrapInList(type)(state, dispatch);
    if (list.node.type === type) return liftListItem(nodes.list_item)(state, dispatch);
    dispatch(state.tr.setNodeMarkup(list.at, type, { loose: list.node.attrs.loose, origin: list.node.attrs.origin }));
    return true;
  });
}
deeds.add("bullets", listed(nodes.bullet_list));
deeds.add("numbers", listed(nodes.ordered_list));
deeds.add("deeper", byCommand(sinkListItem(nodes.list_item)));
deeds.add("higher", byCommand(liftListItem(nodes.list_item)));

// --- Links ------------------------------------------------------------------------------------------------------

/** The link that the caret is in: its mark and the whole of it. */
function linkAt({ $from, from, to, empty }) {
  const { parent } = $from;
  const start = $from.start();
  let found = null;
  let run = null;
  parent.forEach((node, offset) => {
    const mark = node.marks.find(({ type }) => type === marks.link || type === marks.page);
    if (!mark) run = null;
    else if (run?.mark.eq(mark)) run.to = start + offset + node.nodeSize;
    else run = { mark, from: start + offset, to: start + offset + node.nodeSize };
    const isHere = run && run.from <= from && run.to >= to && (!empty || run.to >= from);
    if (isHere) found = run;
  });
  return found;
}

deeds.add("link", async (view) => {
  const { selection, doc } = view.state;
  const old = linkAt(selection);
  const { from, to } = old ?? selection;
  const words = doc.textBetween(from, to, " ", (node) => node.attrs.source ?? " ");
  const link = await askForLink({ target: old?.mark.attrs.href ?? old?.mark.attrs.target ?? "", label: words });
  if (!link || !view.state.doc.eq(doc)) return view.focus();
  const mark = link.isOutside ? marks.link.create({ href: link.target }) : marks.page.create({ target: link.target });
  const label = link.label || link.target;
  const tr = view.state.tr;
  if (label === words && from < to) {
    tr.removeMark(from, to, marks.link).removeMark(from, to, marks.page).addMark(from, to, mark);
  } else {
    tr.replaceRangeWith(from, to, schema.text(label, mark.addToSet(selection.$from.marks().filter(({ type }) => type !== marks.link && type !== marks.page))));
    tr.setSelection(Selection.near(tr.doc.resolve(from + label.length)));
  }
  view.dispatch(tr.removeStoredMark(mark).scrollIntoView());
  view.focus();
});

deeds.add("unlink", byCommand(({ selection, tr }, dispatch) => {
  const { from, to } = linkAt(selection) ?? selection;
  dispatch(tr.removeMark(from, to, marks.link).removeMark(from, to, marks.page));
}));

// --- Tables -----------------------------------------------------------------------------------------------------

deeds.add("table", byCommand((state, dispatch) => {
  if (isInTable(state)) return;
  const row = (type) => nodes.table_row.create(null, [0, 1, 2].map(() => type.create()));
  const table = nodes.table.create(null, [row(nodes.table_header), row(nodes.table_cell), row(nodes.table_cell)]);
  const { $from, $to } = state.selection;
  const isEmpty = $from.depth === 1 && !$from.parent.content.size;
  const [from, to] = isEmpty ? [$from.before(), $from.after()] : [$to.depth ? $to.after(1) : $to.pos, $to.depth ? $to.after(1) : $to.pos];
  const tr = state.tr.replaceWith(from, to, table);
  dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(from + 3))).scrollIntoView());
}));
deeds.add("add-row", byCommand(addRowAfter));
deeds.add("add-column", byCommand(addColumnAfter));
deeds.add("remove-column", byCommand(deleteColumn));
deeds.add("remove-table", byCommand(deleteTable));
/** The first row is the heading of the columns, which a table of ours always has. */
deeds.add("remove-row", byCommand((state, dispatch) => {
  const table = ancestor(state.selection, (node) => node.type === nodes.table);
  const row = table && state.selection.$from.index(table.depth);
  if (table && row === 0) return false;
  return deleteRow(state, dispatch);
}));

function aligned(side) {
  return byCommand((state, dispatch) => {
    const table = ancestor(state.selection, (node) => node.type === nodes.table);
    if (!table) return;
    const column = state.selection instanceof CellSelection
      ? TableMap.get(table.node).findCell(state.selection.$anchorCell.pos - table.at - 1).left
      : state.selection.$from.index(table.depth + 1);
    const tr = state.tr;
    table.node.forEach((row, offset) => {
      let at = table.at + 2 + offset;
      row.forEach((cell, _, which) => {
        if (which === column) tr.setNodeAttribute(at, "align", cell.attrs.align === side ? null : side);
        at += cell.nodeSize;
      });
    });
    dispatch(tr);
  });
}
for (const side of ["left", "center", "right"]) deeds.add(`align-${side}`, aligned(side));

// --- Notes and source -------------------------------------------------------------------------------------------

deeds.add("footnote", async (view) => {
  const note = await askForNote();
  if (!note) return view.focus();
  const label = note.label(view.written());
  const mark = nodes.piece.create({ source: `[^${label}]` });
  const tr = view.state.tr;
  const { to } = tr.selection;
  tr.insert(to, mark).setSelection(Selection.near(tr.doc.resolve(to + 1)));
  // Before the empty paragraph that the text always ends with.
  const last = tr.doc.lastChild;
  const end = tr.doc.content.size - (last.isTextblock && !last.content.size ? last.nodeSize : 0);
  view.dispatch(tr.insert(end, nodes.note.create({ label }, schema.text(note.words))).scrollIntoView());
  view.focus();
});

/** Edit the island or the piece that is selected. */
export function editSelected({ selection }, dispatch, view) {
  const isHere = selection instanceof NodeSelection && [nodes.island, nodes.piece].includes(selection.node.type);
  if (isHere && dispatch) editSource(view, selection.from);
  return isHere;
}
