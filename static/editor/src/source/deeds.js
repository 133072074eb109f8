// What the buttons of the source editor do; a feature adds its own to `deeds`.

import { ask } from "../shared/dialog.js";
import { askForLink } from "../shared/link.js";
import { askForNote } from "../shared/notes.js";
import { askForTable } from "../shared/table.js";
import { offerTitles } from "../shared/titles.js";
import { Deeds } from "../shared/toolbar.js";
import * as marks from "./marks.js";

const CATEGORY = "Category:";
const STUB = /\{\{\s*stub\s*(?:\|([^{}]*))?\}\}/i;

export const deeds = new Deeds();

const byMark = {
  bold: marks.surrounded("**"),
  italic: marks.surrounded("*"),
  "heading-2": marks.headed(2),
  "heading-3": marks.headed(3),
  "heading-4": marks.headed(4),
  bullets: marks.listed(false),
  numbers: marks.listed(true),
};
for (const [name, mark] of Object.entries(byMark)) deeds.add(name, (surface) => surface.change(mark(surface.selected)));

deeds.add("link", async (surface) => {
  const place = marks.linkAt(surface.selected);
  const link = await askForLink(place);
  if (link) surface.change(marks.inserted(place, marks.linkText(link)));
  else surface.focus();
});

deeds.add("table", async (surface) => {
  const { selected } = surface;
  const found = marks.tableAt(selected);
  const table = await askForTable(found ?? { rows: Array.from({ length: 3 }, () => ["", "", ""]), leanings: ["", "", ""] });
  if (!table) return surface.focus();
  const written = marks.tableText(table);
  surface.change(found ? marks.inserted(found, written) : marks.blocked({ ...selected, from: selected.to }, written));
});

deeds.add("footnote", async (surface) => {
  const note = await askForNote();
  if (!note) return surface.focus();
  const { text, to } = surface.selected;
  const mark = `[^${note.label(text)}]`;
  const withMark = text.slice(0, to) + mark + text.slice(to);
  const end = marks.atTheEnd(withMark, `${mark}: ${note.words}`);
  const insert = mark + withMark.slice(to + mark.length, end.from) + end.insert;
  surface.change({ from: to, to: text.length, insert, selectFrom: to + mark.length, selectTo: to + mark.length });
});

deeds.add("category", async (surface) => {
  const answer = await ask("category", {}, (dialog, signal) => {
    offerTitles(dialog.querySelector("[name=name]"), { prefix: CATEGORY, signal });
  });
  const name = answer?.name.replace(/[[\]{}|<>#]/g, "").replace(new RegExp(`^\\s*${CATEGORY}`, "i"), "").trim();
  if (!name) return surface.focus();
  surface.change(keeping(surface, marks.atTheEnd(surface.selected.text, `[[${CATEGORY}${name}]]`)));
});

deeds.add("stub", async (surface) => {
  const found = STUB.exec(surface.selected.text);
  const answer = await ask("stub", found ? { topic: found[1]?.trim() ?? "" } : {});
  const topic = answer?.topic.replace(/[{}|<>[\]#]/g, "").trim();
  if (!answer) return surface.focus();
  const mark = topic ? `{{stub|${topic}}}` : "{{stub}}";
  const { text } = surface.selected;
  const again = STUB.exec(text);
  const change = again ? { from: again.index, to: again.index + again[0].length, insert: mark } : marks.atTheEnd(text, mark);
  surface.change(keeping(surface, change));
});

deeds.add("symbols", async (surface) => {
  const answer = await ask("symbols");
  if (answer) surface.change(marks.inserted(surface.selected, answer.pressed));
  else surface.focus();
});

/** The change, with the caret left where it is: the end of the text is changed, the person works elsewhere. */
function keeping({ selected: { from, to } }, change) {
  const most = change.from + change.insert.length;
  return from <= change.from ? { ...change, selectFrom: from, selectTo: Math.min(to, most) } : { ...change, selectFrom: most, selectTo: most };
}
