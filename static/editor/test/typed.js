// Types many mixtures of signs into new blocks of each kind, and says as JSON `[what is meant, what was written]` for each.

import { schema } from "../src/visual/schema.js";
import { Origins } from "../src/visual/text.js";

const { marks, nodes } = schema;
const SIGNS = [
  ..."* ** _ __ ` ``` [ ] ( ) [[ ]] {{ }} { } < </ > & ; # ## - + 1 1. : | ! !!! ~~~ --- === \\ word a é 5 b> amp; &lt;".split(" "),
  ..."[^1] [x]: [@pmid:12345] http://x.y *[HTML]: <sub> </sub> {:.x} [a](b) [[Asthma]] {{stub}}".split(" "),
  " ", " ", " ", ": ", "{: .x}",
];
let seed = 29;
const any = (most) => (seed = (seed * 48271) % 2147483647) % most;
const text = (words, ...its) => schema.text(words, its);
const p = (...content) => nodes.paragraph.create(null, content);
const row = (type, ...cells) => nodes.table_row.create(null, cells.map((words) => type.create(null, text(words))));

const told = [];
for (let round = 0; round < 1000; round++) {
  const words = Array.from({ length: 1 + any(9) }, () => SIGNS[any(SIGNS.length)]).join("").replace(/\s+/g, " ").trim();
  if (!words) continue;
  const its = [[], [marks.strong.create()], [marks.em.create()]][any(3)];
  const blocks = [
    [`Start ${words} end`, p(text("Start "), text(words, ...its), text(" end"))],
    [words, p(text(words))],
    [`h k ${words} c`, nodes.table.create(null, [row(nodes.table_header, "h", "k"), row(nodes.table_cell, words, "c")])],
    [`${words} z`, nodes.bullet_list.create(null, [words, "z"].map((each) => nodes.list_item.create(null, p(text(each)))))],
    [words, nodes.heading.create(null, text(words))],
    [words, nodes.blockquote.create(null, p(text(words)))],
  ];
  for (const [meant, block] of blocks) told.push([meant, new Origins().write(nodes.doc.create(null, block))]);
}
process.stdout.write(JSON.stringify(told));
