// A node as one block of Markdown in our dialect: lists indented by four spaces, tables with pipes, `#` headings.

import { cut } from "./blocks.js";
import { meaningOf, writeInline } from "./inline.js";
import { leaning, readBlock } from "./reading.js";
import { schema } from "./schema.js";

const { nodes } = schema;
const INDENT = "    ";
const RULES = { left: ":---", center: ":---:", right: "---:" };

function indented(text) {
  return text.replace(/^(?=.)/gm, INDENT);
}

function list(node, how) {
  const { sign, start, same, loose } = node.attrs;
  const items = [];
  node.forEach((item, _, at) => {
    const begin = (sign ?? `${same ? start : start + at}.`) + item.attrs.pad;
    let text = begin + (writeInline(item.firstChild.content, how) || "");
    item.forEach((child, __, which) => {
      if (!which) return;
      const isApart = loose || child.type === nodes.paragraph;
      text += (isApart ? "\n\n" : "\n") + indented(write(child, how));
    });
    items.push((at ? (item.attrs.apart ? "\n\n" : "\n") : "") + text);
  });
  return items.join("");
}

function quote(node, how) {
  const parts = [];
  node.forEach((child) => parts.push(write(child, how)));
  return parts
    .filter(Boolean)
    .join("\n\n")
    .split("\n")
    .map((line) => (line ? `> ${line}` : node.attrs.empty))
    .join("\n");
}

function code(node) {
  let { fence } = node.attrs;
  while (node.textContent.split("\n").some((line) => line.trimEnd().startsWith(fence))) fence += fence[0];
  return `${fence}${node.attrs.info}\n${node.textContent ? `${node.textContent}\n` : ""}${fence}`;
}

function line(cells, { open, close }) {
  return (open ? "|" : "") + cells.join("|") + (close ? "|" : "");
}

function table(node, how) {
  const sides = [];
  node.firstChild.forEach((cell) => sides.push(cell.attrs.align));
  const { rule } = node.attrs;
  const isKept = rule && !how.isEscaping && rule.cells.length === sides.length && rule.cells.every((cell, at) => leaning(cell) === sides[at]);
  const ruled = isKept ? line(rule.cells, rule) : line(sides.map((side) => ` ${RULES[side] ?? "---"} `), { open: true, close: true });
  const rows = [];
  node.forEach((row) => {
    const cells = [];
    row.forEach((cell) => {
      const inside = writeInline(cell.content, { ...how, isOneLine: true }).trim();
      const { lead, trail } = how.isEscaping ? { lead: " ", trail: " " } : cell.attrs;
      cells.push(lead + inside + trail);
    });
    rows.push(line(cells, how.isEscaping ? { open: true, close: true } : row.attrs));
  });
  return [rows[0], ruled, ...rows.slice(1)].join("\n");
}

function write(node, how) {
  switch (node.type) {
    case nodes.heading: {
      const text = writeInline(node.content, { ...how, isOneLine: true });
      return text && "#".repeat(node.attrs.level) + node.attrs.pad + (how.isEscaping ? text.replace(/#(?=\s*$)/, "\\#") : text);
    }
    case nodes.bullet_list:
    case nodes.ordered_list:
      return list(node, how);
    case nodes.blockquote:
      return quote(node, how);
    case nodes.code_block:
      return code(node);
    case nodes.table:
      return table(node, how);
    case nodes.note:
      return `[^${node.attrs.label}]:${node.attrs.pad}${writeInline(node.content, how)}`;
    case nodes.island:
      return node.attrs.source;
    default:
      return writeInline(node.content, how);
  }
}

/** The block exactly as its node says, without any care for what it would be read as: to compare with a source. */
export function writeExactly(node) {
  return write(node, {});
}

/** What a block means, the spelling of its marks aside. */
function meaning(node) {
  if (node.isTextblock) {
    const { level, label } = node.attrs;
    return [node.type.name, level ?? label ?? "", node.attrs.align ?? "", node.type.spec.code ? node.textContent : meaningOf(node.content)];
  }
  const inner = [];
  node.forEach((child) => inner.push(meaning(child)));
  return [node.type.name, node.attrs.start ?? "", inner];
}

function isReadAs(text, node) {
  const { blocks, before } = cut(text);
  const again = blocks.length === 1 && !before && readBlock(blocks[0]);
  return Boolean(again) && JSON.stringify(meaning(again)) === JSON.stringify(meaning(node));
}

// Signs whose meaning hangs on what is around them, and braces that may name attributes.
const DOUBTFUL = /(?<!\s|^)\*|\*(?!\s|$)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|\{[^{}]*\}/gu;
const DOUBTFUL_IN_MARKS = /[*_]|\{[^{}]*\}/g;
const PLAINLY_WRITTEN = [schema.marks.code, schema.marks.page, schema.marks.escaped];

function doubtsIn(node) {
  let number = 0;
  node.descendants((child, _, parent) => {
    const isPlain = child.isText && !parent.type.spec.code && !PLAINLY_WRITTEN.some((type) => type.isInSet(child.marks));
    if (isPlain) number += child.text.match(child.marks.length ? DOUBTFUL_IN_MARKS : DOUBTFUL)?.length ?? 0;
  });
  return number;
}

/**
 * A block that somebody wrote, or changed from what it `was`. Spaces move out of marks, and signs that would be read as marks are
 * made plain, only when it would be read as something else otherwise, or when there are new ones that might be.
 */
export function writeBlock(node, was = null) {
  if (node.type === nodes.island) return node.attrs.source;
  const isNoMoreDoubtful = doubtsIn(node) <= (was ? doubtsIn(was) : 0);
  for (const how of isNoMoreDoubtful ? [{}, { isTidy: true }] : []) {
    const text = write(node, how);
    if (!text.trim() || isReadAs(text, node)) return text;
  }
  return write(node, { isTidy: true, isEscaping: true });
}
