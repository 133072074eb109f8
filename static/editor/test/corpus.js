// Reads a list of texts (JSON, named by the first argument) into the visual editor and says as JSON what went wrong:
// `opened` are those that opening and writing changed, `spread` those in which one word typed changed more than it.

import { readFileSync } from "node:fs";
import { EditorState } from "prosemirror-state";
import { schema } from "../src/visual/schema.js";
import { Origins } from "../src/visual/text.js";

const WORD = "Changedword";
const UNWRITTEN = [schema.marks.page, schema.marks.soft, schema.marks.escaped];
let seed = 7;
const any = (most) => (seed = (seed * 48271) % 2147483647) % most;

/** A word somewhere in the document, in any kind of block. */
function someWord(doc) {
  const words = [];
  doc.descendants((node, position) => {
    if (!node.isText || node.marks.some(({ type }) => UNWRITTEN.includes(type))) return;
    for (const { 0: word, index } of node.text.matchAll(/[A-Za-z]{3,}/g)) words.push({ from: position + index, word, marks: node.marks });
  });
  return words.length ? words[any(words.length)] : null;
}

/** Whether two texts differ by this word only. */
function differByOne(old, young, word) {
  let start = 0;
  while (start < old.length && old[start] === young[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, young.length) - start && old.at(-1 - end) === young.at(-1 - end)) end++;
  return old.length - start - end <= word.length && young.length - start - end <= WORD.length;
}

const told = { opened: [], spread: [], typed: 0, blocks: 0, islands: 0 };
for (const text of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const origins = new Origins();
  const doc = origins.read(text);
  doc.forEach((node) => {
    told.blocks++;
    if (node.type === schema.nodes.island) told.islands++;
  });
  if (origins.write(doc) !== text) told.opened.push(text);
  const found = someWord(doc);
  if (!found) continue;
  const { from, word, marks } = found;
  const changed = EditorState.create({ doc }).tr.replaceWith(from, from + word.length, schema.text(WORD, marks)).doc;
  told.typed++;
  if (!differByOne(text, origins.write(changed), word)) told.spread.push(text);
}
process.stdout.write(JSON.stringify(told));
