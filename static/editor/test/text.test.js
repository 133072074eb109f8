import assert from "node:assert/strict";
import { test } from "node:test";
import { EditorState } from "prosemirror-state";
import { schema } from "../src/visual/schema.js";
import { Origins } from "../src/visual/text.js";

const { marks, nodes } = schema;

/** The names of the nodes that a text is shown as. */
function shown(text) {
  return new Origins().read(text).content.content.map((node) => node.type.name);
}

/** The text after these words of it were replaced in the editor; what is typed keeps the marks of what it replaces. */
function typed(text, words, others) {
  const origins = new Origins();
  const doc = origins.read(text);
  let found = null;
  doc.descendants((node, position) => {
    const at = node.isText ? node.text.indexOf(words) : -1;
    if (at >= 0) found ??= { from: position + at, its: node.marks };
  });
  const { tr } = EditorState.create({ doc });
  const made = others ? schema.text(others, found.its) : [];
  return origins.write(tr.replaceWith(found.from, found.from + words.length, made).doc);
}

/** A text of these new blocks. */
function written(...blocks) {
  return new Origins().write(nodes.doc.create(null, blocks));
}

const p = (...content) => nodes.paragraph.create(null, content.map((part) => (typeof part === "string" ? schema.text(part) : part)));

// --- What can be shown -----------------------------------------------------------------------------------------

const SHOWN = [
  ["paragraph", "**Bold**, __bold__, *slanted*, _slanted_, ***both***, `code`, H<sub>2</sub>O, m<sup>2</sup>."],
  ["paragraph", "[words](https://example.org), [a *b*](x \"title\"), [[Asthma]], [[asthma|the disease]], [[lung]]s."],
  ["paragraph", "A note.[^1] A source.[@pmid:12345; @doi:10.1/x] {{unknown}} &nbsp; <kbd>Ctrl</kbd> <https://a.b/>"],
  ["paragraph", "Signs: 5 * 3, a_b, p < 0.05, [1], A&E, x^2, \\*escaped\\*, 50 % (n = 3)."],
  ["paragraph", "one line\nnext line  \nafter a break\n  indented"],
  ["heading", "#### Causes, *and* more"],
  ["bullet_list", "- one\n- two\n    - inside\n    - again\n        1. deeper\n- three"],
  ["bullet_list", "* one\n\n* two\n\n    a second paragraph\n\n* three"],
  ["ordered_list", "3. three\n4. four\n5. five"],
  ["ordered_list", "1. all\n1. the\n1. same"],
  ["table", "| Drug | Dose |\n|:-----|-----:|\n| Ibuprofen | 200 mg |\n| [[Asthma|x]] | `a|b` |"],
  ["table", "a | b\n--|:-:\n1 | 2"],
  ["table", "|  | empty |\n| --- | --- |\n|| x |"],
  ["blockquote", "> words\n>\n> - point\n> - point"],
  ["code_block", "```python\ndose = 1\n\n# no heading\n```"],
  ["note", "[^1]: What the *note* says."],
];

for (const [name, source] of SHOWN) {
  test(`is shown as ${name}: ${JSON.stringify(source)}`, () => assert.deepEqual(shown(`${source}\n`), [name]));
}

const ISLANDS = [
  "Causes\n------",
  "Term\n:   meaning",
  "*[HTML]: words",
  "!!! note\n    words",
  "<div>\n\nwords\n\n</div>",
  "    indented code",
  "- one\n  - two spaces\n\ttab",
  "| a | b |\n|---|\n| c | d |",
  "---",
  "[ref]: https://example.org",
  "## Closed ##",
  "words\ufffcwords",
];

for (const source of ISLANDS) {
  test(`is an island: ${JSON.stringify(source)}`, () => assert.ok(shown(`${source}\n`).includes("island")));
}

// --- What is written --------------------------------------------------------------------------------------------

const WHOLE = `\n\n${[...SHOWN.map(([, source]) => source), ...ISLANDS].join("\n\n\nBetween.\n\n\n")}\nno end  `;

test("a text that nobody touched is written byte for byte", () => {
  for (const text of [WHOLE, `${WHOLE}\n`, WHOLE.replace(/\n{3}/g, "\n \t\n"), WHOLE.replace(/\n{3}/g, "\n")]) {
    const origins = new Origins();
    assert.equal(origins.write(origins.read(text)), text);
  }
});

test("one word changed changes that word only, in each kind of block", () => {
  for (const word of ["slanted", "disease", "source", "Signs", "Causes", "deeper", "second", "four", "Ibuprofen", "point", "dose", "says"]) {
    assert.equal(typed(WHOLE, word, "CHANGED"), WHOLE.replace(word, "CHANGED"));
  }
});

test("a block that was taken out leaves its neighbours as they are", () => {
  const origins = new Origins();
  const doc = origins.read("one\n\n\ntwo\n\nthree\n");
  assert.equal(origins.write(doc.copy(doc.content.replaceChild(1, p()))), "one\n\n\nthree\n");
});

test("a heading right above its text stays there until it is no heading", () => {
  const origins = new Origins();
  const doc = origins.read("## A\ntext\n");
  const { tr } = EditorState.create({ doc });
  assert.equal(origins.write(tr.setNodeMarkup(0, nodes.paragraph, { origin: doc.child(0).attrs.origin }).doc), "A\n\ntext\n");
});

test("what was undone is written as it was read", () => {
  const origins = new Origins();
  const doc = origins.read("*   odd\n*   __b__\n");
  const changed = EditorState.create({ doc }).tr.insertText("x", 3).doc;
  assert.equal(origins.write(changed), "*   xodd\n*   __b__\n");
  assert.equal(origins.write(EditorState.create({ doc: changed }).tr.delete(3, 4).doc), "*   odd\n*   __b__\n");
});

test("an inner list is written with four spaces", () => {
  const item = (...content) => nodes.list_item.create(null, content);
  const inner = nodes.ordered_list.create(null, [item(p("b"))]);
  assert.equal(written(nodes.bullet_list.create(null, [item(p("a"), inner), item(p("c"))])), "- a\n    1. b\n- c\n");
});

test("a new table has a heading, its sides, and no bar in a cell", () => {
  const row = (type, align, ...cells) => nodes.table_row.create(null, cells.map((words) => type.create({ align }, schema.text(words))));
  const table = nodes.table.create(null, [row(nodes.table_header, "right", "a", "b"), row(nodes.table_cell, "right", "1|2", "c")]);
  assert.equal(written(table), "| a | b |\n| ---: | ---: |\n| 1\\|2 | c |\n");
});

const LITERAL = [
  ["*no emphasis*", "\\*no emphasis\\*"],
  ["[[no link]]", "\\[\\[no link\\]\\]"],
  ["# no heading", "\\# no heading"],
  ["- no list", "\\- no list"],
  ["1. no list", "1\\. no list"],
  ["> no quotation", "\\> no quotation"],
  ["<b>no tag</b>", "&lt;b>no tag&lt;/b>"],
  ["&nbsp; no entity", "&amp;nbsp; no entity"],
  ["{{no template}}", "\\{\\{no template\\}\\}"],
  [": no meaning", "&#58; no meaning"],
  ["5* and _{__", "5\\* and \\_\\{\\_\\_"],
  ["dose {: .x}", "dose \\{: .x\\}"],
  ["5 * 3 * 2, p < 0.05, A&E, a_b_c", "5 * 3 * 2, p < 0.05, A&E, a_b_c"],
];

for (const [words, source] of LITERAL) {
  test(`words that look like marks stay words: ${words}`, () => assert.equal(written(p(words)), `${source}\n`));
}

test("spaces at the ends of a mark that would undo it move out of it", () => {
  const bold = (words) => schema.text(words, [marks.strong.create()]);
  assert.equal(written(p("a", bold(" b "), "c")), "a** b **c\n");
  assert.equal(written(p("a ", bold(" b"), "c")), "a  **b**c\n");
});

test("a link holds what is bold in it", () => {
  const link = marks.link.create({ href: "https://a.b/" });
  assert.equal(written(p(schema.text("a ", [link]), schema.text("b", [link, marks.strong.create()]))), "[a **b**](https://a.b/)\n");
});

// --- Another text over this one ---------------------------------------------------------------------------------

test("a text that was changed as source keeps the nodes of what stayed", () => {
  const origins = new Origins();
  const doc = origins.read("one\n\ntwo\n\nthree\n");
  const other = origins.readOver(doc, "one\n\n2\n\nthree\n\n");
  assert.ok(other.child(0) === doc.child(0) && other.child(2) === doc.child(2));
  assert.equal(origins.write(other), "one\n\n2\n\nthree\n\n");
});

test("any other text, read over this one, is written byte for byte", () => {
  const lines = ["- a", "- b", "## h", "text", "", "", "\t", "| x | y |", "|---|---|", "> q", "[^1]: n", "    c"];
  let seed = 5;
  const any = (most) => (seed = (seed * 48271) % 2147483647) % most;
  const some = () => `${Array.from({ length: 1 + any(12) }, () => lines[any(lines.length)]).join("\n")}${any(2) ? "\n" : ""}x`;
  for (let round = 0; round < 1500; round++) {
    const origins = new Origins();
    let doc = origins.read(some());
    for (let change = 0; change < 3; change++) {
      const text = some();
      doc = origins.readOver(doc, text);
      assert.equal(origins.write(doc), text);
    }
  }
});

// --- A place of the text ----------------------------------------------------------------------------------------

test("a place of the text is found in its block, wherever blocks were changed before it", () => {
  const origins = new Origins();
  const doc = origins.read("\n\n## One\n\n- a\n- b\n\n\nThree, *changed*.\n\n---\n");
  const changed = EditorState.create({ doc }).tr.insertText("and more ", 1).doc;
  const text = origins.write(changed);
  const blockAt = (words) => {
    const { $from } = origins.caretAt(changed, text.indexOf(words));
    return ($from.depth ? $from.node(1) : $from.nodeAfter).type.name;
  };
  assert.deepEqual(["## ", "- b", "changed", "---"].map(blockAt), ["heading", "bullet_list", "paragraph", "island"]);
});

test("a caret behind the words of a block is behind them there, too", () => {
  const origins = new Origins();
  const text = "## One\n\nTwo, *three*.  \n\nFour\n";
  const doc = origins.read(text);
  const before = (offset) => {
    const { $from } = origins.caretAt(doc, offset);
    return $from.parent.textBetween(0, $from.parentOffset);
  };
  assert.deepEqual([0, 3, 6, 8, 10, 21, 23, 25, text.length].map(before), ["", "", "One", "", "", "Two, three.  ", "Two, three.  ", "", "Four"]);
  assert.equal(origins.caretAt(origins.read(""), 0).from, 1);
});
