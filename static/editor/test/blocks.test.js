import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, joined } from "../src/visual/blocks.js";

const AWKWARD = [
  "",
  "\n",
  " \t\n\n",
  "\n\n  \nwords",
  "words\n\n\n\n",
  "no end",
  "trailing blanks  \n\t\n5\u00a0mg\n\u00a0\nx\u2028y\n",
  "```\nnever closed\n\n## not known\n",
  "```js\na\n\nb\n```\nright under it\n",
  "- one\n\n    more\n\n- two\n\n\n1. three\n2. four\ntext\n",
  "<div>\n\nwithin\n\n</div>\n\n<p>never closed\n\nwords\n",
  "| a |\n|---|\n| b |\ntext after\n\n> quoted\n>\n> more\n",
  "## A\ntext\n## B\n[^1]: one\n[^2]: two\n*[HTML]: x\n{{stub\n\n}}\n",
];

for (const text of AWKWARD) {
  test(`joined again, the blocks are the text: ${JSON.stringify(text)}`, () => assert.equal(joined(cut(text)), text));
}

test("any mixture of signs and line breaks is the text again", () => {
  const parts = ["- ", "1. ", "    ", "\t", "\n", "\n\n", "## ", "|", "|---|", "```\n", "<div>", "</div>", "> ", "[^1]: ", "word", " ", "\u00a0", "*", "{{", "}}"];
  let seed = 1;
  const any = (most) => (seed = (seed * 48271) % 2147483647) % most;
  for (let round = 0; round < 3000; round++) {
    const text = Array.from({ length: any(40) }, () => parts[any(parts.length)]).join("");
    assert.equal(joined(cut(text)), text);
  }
});

test("a list goes on over an empty line, with its next point and with what is indented", () => {
  const { blocks } = cut("- one\n\n    still one\n\n- two\n\nnot in it\n");
  assert.deepEqual(blocks.map(({ kind }) => kind), ["list", "text"]);
});

test("a fence that is never closed is no code, and hides no heading", () => {
  assert.deepEqual(cut("```\nwords\n\n## Causes\n").blocks.map(({ kind }) => kind), ["text", "heading"]);
});
