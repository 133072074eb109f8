// ProseMirror, made ready for our texts: its keys, what typing makes of signs, what pasting takes, and its look of things.

import { baseKeymap, chainCommands, exitCode } from "prosemirror-commands";
import { closeHistory, history, redo, undo } from "prosemirror-history";
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import { EditorState, Plugin, TextSelection } from "prosemirror-state";
import { goToNextCell, isInTable, tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { deeds, editSelected } from "./deeds.js";
import { Island, Piece } from "./islands.js";
import { cleaned } from "./pasting.js";
import { schema } from "./schema.js";

const { nodes, marks } = schema;

const UNDER_THE_TOOLBAR = { top: 64, right: 5, bottom: 24, left: 5 };

function key(deed) {
  return (_, __, view) => (deeds.perform(deed, view), true);
}

function breakLine(state, dispatch) {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
}

/** Enter at the end of a note or in a cell goes on under it; neither can be divided. */
function leave(state, dispatch) {
  const { $from } = state.selection;
  if ($from.parent.type === nodes.note) {
    const at = $from.after();
    const tr = state.tr.insert(at, nodes.paragraph.create());
    dispatch?.(tr.setSelection(TextSelection.create(tr.doc, at + 1)).scrollIntoView());
    return true;
  }
  return isInTable(state) && breakLine(state, dispatch);
}

const { "Mod-Enter": _exit, ...ordinaryKeys } = baseKeymap;
// Escape lets the next Tab leave a table or a list.
let mayTabLeave = false;

function tabbing(command) {
  return (...given) => {
    if (mayTabLeave) return false;
    return command(...given);
  };
}

const keys = {
  "Mod-z": undo,
  "Mod-y": redo,
  "Shift-Mod-z": redo,
  "Mod-b": key("bold"),
  "Mod-i": key("italic"),
  "Mod-k": key("link"),
  "Mod-]": sinkListItem(nodes.list_item),
  "Mod-[": liftListItem(nodes.list_item),
  "Shift-Enter": chainCommands((state, dispatch) => state.selection.$from.parent.type.spec.code && exitCode(state, dispatch), breakLine),
  Enter: chainCommands(editSelected, leave, splitListItem(nodes.list_item)),
  Tab: tabbing(goToNextCell(1)),
  "Shift-Tab": tabbing(goToNextCell(-1)),
};

// --- What typing makes of signs -----------------------------------------------------------------------------------

function pieceRule(pattern) {
  return new InputRule(pattern, (state, [source], start, end) => state.tr.replaceWith(start, end, nodes.piece.create({ source })));
}

const pageRule = new InputRule(/\[\[([^[\]\n|{}<>]{1,600})(?:\|([^[\]\n|]{1,600}))?\]\]$/, (state, [source, target, label], start, end) => {
  if (/^\s*(?:category|file|image)\s*:/i.test(target)) return state.tr.replaceWith(start, end, nodes.piece.create({ source }));
  const mark = marks.page.create({ target: target.trim() });
  return state.tr.replaceWith(start, end, schema.text(label ?? target.trim(), [mark])).removeStoredMark(mark);
});

const rules = inputRules({
  rules: [
    textblockTypeInputRule(/^(#{2,4}) $/, nodes.heading, ([, signs]) => ({ level: signs.length })),
    wrappingInputRule(/^\s*[-*] $/, nodes.bullet_list),
    wrappingInputRule(/^(\d+)\. $/, nodes.ordered_list, ([, number]) => ({ start: Number(number) }), ([, number], node) => node.childCount + node.attrs.start === Number(number)),
    wrappingInputRule(/^> $/, nodes.blockquote),
    textblockTypeInputRule(/^```$/, nodes.code_block),
    pageRule,
    pieceRule(/\[@(?:pmid|doi):[^[\]\n]{3,2000}\]$/i),
    pieceRule(/\[\^[^\]\s]{1,200}\]$/),
  ],
});

// --- The view ---------------------------------------------------------------------------------------------------

/** There is always a line to go on in, also under an island or a table; it is written only when it holds something. */
const lastLine = new Plugin({
  appendTransaction(_, __, { doc, tr, selection }) {
    const { lastChild } = doc;
    if (lastChild.type === nodes.paragraph) return null;
    return selection && tr.insert(doc.content.size, nodes.paragraph.create()).setMeta("addToHistory", false);
  },
});

function withLastLine(doc) {
  return doc.lastChild.type === nodes.paragraph ? doc : doc.copy(doc.content.addToEnd(nodes.paragraph.create()));
}

/**
 * Text typed over a selection keeps the marks of where it begins; a browser would write a style attribute for that,
 * which the policy of the page refuses, loudly.
 */
function writeOver(view, event) {
  const { selection, doc, tr } = view.state;
  if (event.inputType !== "insertText" || !event.data || view.composing || !(selection instanceof TextSelection) || selection.empty) return false;
  event.preventDefault();
  const its = doc.nodeAt(selection.from)?.marks ?? [];
  view.dispatch(tr.replaceSelectionWith(schema.text(event.data, its.filter(({ type }) => type !== marks.soft && type !== marks.escaped)), false).scrollIntoView());
  return true;
}

export function viewOver(place, { doc, form, attributes, onChange }) {
  const state = EditorState.create({
    doc: withLastLine(doc),
    plugins: [rules, keymap(keys), keymap(ordinaryKeys), history(), tableEditing(), lastLine],
  });
  // What others put in is one step of the undo, apart from what was and will be typed.
  let isApart = false;
  const view = new EditorView(place, {
    state,
    attributes,
    dispatchTransaction(transaction) {
      const was = view.state;
      const isOthers = Boolean(transaction.getMeta("others"));
      if (transaction.docChanged) {
        if (isOthers || isApart) closeHistory(transaction);
        isApart = isOthers;
      }
      view.updateState(view.state.apply(transaction));
      onChange(view, !was.doc.eq(view.state.doc));
    },
    nodeViews: {
      island: (node, itsView, getPos) => new Island(node, itsView, getPos, form),
      piece: (node, itsView, getPos) => new Piece(node, itsView, getPos),
    },
    transformPastedHTML: cleaned,
    // The caret stays clear of the toolbar, which stands over the text.
    scrollMargin: UNDER_THE_TOOLBAR,
    scrollThreshold: UNDER_THE_TOOLBAR,
    handleDOMEvents: {
      beforeinput: writeOver,
      click: (_, event) => {
        // A link here is words to be edited, and leads nowhere.
        if (event.target.closest?.("a")) event.preventDefault();
        return false;
      },
      keydown: (_, event) => {
        if (event.key === "Escape") mayTabLeave = true;
        else if (event.key !== "Tab" && event.key !== "Shift") mayTabLeave = false;
        return false;
      },
      blur: () => {
        mayTabLeave = false;
        return false;
      },
    },
  });
  return view;
}
