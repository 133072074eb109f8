// One block of Markdown as a node; null for what the editor has no node for.

import { Fragment } from "prosemirror-model";
import { cut } from "./blocks.js";
import { readInline } from "./inline.js";
import { schema } from "./schema.js";

const { nodes } = schema;
const INDENT = "    ";
const POINT = /^(?:([-*+])|(\d{1,9})\.)( +)(.*)$/;
const RULE_CELL = /^\s*:?-+:?\s*$/;
// Lines that are no words of a paragraph, wherever in it they stand.
const OTHER = /^(?: {0,3}(?:#{1,6} |>|(?:[-+*]|\d{1,9}\.)(?: |$)|:[ \t]|[-=]+ *$|(?:[-*_] *){3,}$|\[[^\]]+\]:|\*\[[^\]]+\]:|!!!|`{3}|~{3}|<(?:[A-Za-z/!?])(?!sub>|sup>|br>|http))|#REDIRECT)/i;

function inlineOf(source) {
  return readInline(source);
}

/** The content of a paragraph: null when a line of it means something else. */
function words(source) {
  if (!source || /^[ \t]/.test(source)) return null;
  const lines = source.split("\n");
  if (lines.some((line) => OTHER.test(line) && !/^<(?:su[bp]>|https?:|br)/i.test(line))) return null;
  if (lines.length > 1 && lines[0].includes("|") && RULE_CELL.test(lines[1].replace(/\|/g, ""))) return null;
  return inlineOf(source);
}

function paragraph(source) {
  const content = words(source);
  return content && nodes.paragraph.create(null, content);
}

function heading(source) {
  const found = /^(#{1,6})( +)(.*)$/.exec(source);
  if (!found || !found[3].trim() || /#\s*$/.test(found[3])) return null;
  const content = inlineOf(found[3]);
  return content && nodes.heading.create({ level: found[1].length, pad: found[2] }, content);
}

function code(source) {
  const lines = source.split("\n");
  const [, fence, info] = /^(`{3,}|~{3,})(.*)$/.exec(lines[0]);
  const inside = lines.slice(1, -1).join("\n");
  if (lines.length < 2 || lines.at(-1) !== fence) return null;
  return nodes.code_block.create({ fence, info }, inside ? schema.text(inside) : null);
}

function note(source) {
  const found = /^\[\^([^\]\s]+)\]:( *)([^]*)$/.exec(source);
  const content = found && words(found[3]);
  return content && nodes.note.create({ label: found[1], pad: found[2] }, content);
}

function quote(source) {
  const lines = source.split("\n");
  if (lines.some((line) => !line.startsWith(">"))) return null;
  const { before, blocks } = cut(lines.map((line) => line.replace(/^> ?/, "")).join("\n"));
  const inner = blocks.map(readBlock);
  const isWhole = !before && inner.length && inner.every((node) => node && nodes.blockquote.contentMatch.matchType(node.type));
  return isWhole ? nodes.blockquote.create({ empty: lines.find((line) => /^> ?$/.test(line)) ?? ">" }, inner) : null;
}

// --- Lists ------------------------------------------------------------------------------------------------------

/** What belongs to a point: its words, then paragraphs and lists that are indented. */
function itemContent(lines) {
  let at = 1;
  while (at < lines.length && lines[at].text && !(lines[at].isIndented && POINT.test(lines[at].text))) at++;
  const own = lines.slice(0, at);
  const first = paragraph(own.map(({ text, isIndented }) => (isIndented ? INDENT : "") + text).join("\n"));
  const rest = lines.slice(at);
  if (!first || rest.some(({ text, isIndented }) => text && !isIndented)) return null;
  const { blocks } = cut(rest.map(({ text }) => text).join("\n"));
  const others = blocks.map(readBlock);
  const areKnown = others.every((node) => node && (node.type === nodes.paragraph || node.type.isInGroup("list")));
  return areKnown ? [first, ...others] : null;
}

function list(source) {
  const lines = source.split("\n");
  const first = POINT.exec(lines[0]);
  if (!first) return null;
  const items = [];
  for (const [at, line] of lines.entries()) {
    const point = POINT.exec(line);
    if (point) {
      if (point[1] !== first[1]) return null;
      const apart = at > 0 && !lines[at - 1];
      items.push({ number: Number(point[2]), pad: point[3], apart, lines: [{ text: point[4], isIndented: false }] });
    } else if (line.startsWith(INDENT)) {
      items.at(-1).lines.push({ text: line.slice(INDENT.length), isIndented: true });
    } else {
      if (line && !line.trim()) return null;
      items.at(-1).lines.push({ text: line, isIndented: false });
    }
  }
  const made = [];
  for (const { pad, apart, lines: own } of items) {
    while (own.length > 1 && !own.at(-1).text) own.pop();
    const content = itemContent(own);
    if (!content) return null;
    made.push(nodes.list_item.create({ pad, apart }, content));
  }
  const loose = /\n\n {4}(?:[-*+]|\d+\.) /.test(source);
  if (first[1]) return nodes.bullet_list.create({ sign: first[1], loose }, made);
  const same = items.length > 1 && items.every(({ number }) => number === items[0].number);
  return nodes.ordered_list.create({ start: items[0].number, same, loose }, made);
}

// --- Tables -----------------------------------------------------------------------------------------------------

/** The cells of a row: a `|` within code, a link, a template or after a backslash divides nothing. */
function cellsOf(line) {
  const whole = /(`+)(?!`)[^]*?(?<!`)\1(?!`)|\[\[[^[\]]*\]\]|\{\{[^{}]*\}\}|\\[^]|\|/g;
  const cells = [];
  let from = 0;
  for (const { 0: sign, index } of line.matchAll(whole)) {
    if (sign !== "|") continue;
    cells.push(line.slice(from, index));
    from = index + 1;
  }
  cells.push(line.slice(from));
  const open = cells.length > 1 && cells[0] === "";
  const close = cells.length > 1 && cells.at(-1) === "";
  return { open, close, cells: cells.slice(open ? 1 : 0, close ? -1 : undefined) };
}

/** The side that a column leans to, by its cell in the second row. */
export function leaning(rule) {
  const [left, right] = [rule.trim().startsWith(":"), rule.trim().endsWith(":")];
  if (left && right) return "center";
  return left ? "left" : right ? "right" : null;
}

function tableRow({ open, close, cells }, type, sides) {
  const made = cells.map((source, at) => {
    const [, before, inside, after] = /^(\s*)([^]*?)(\s*)$/.exec(source);
    // Of an empty cell, which has only one run of spaces, the first one stands before what will be written.
    const [lead, trail] = inside ? [before, after] : [before.slice(0, 1), before.slice(1)];
    const content = inside ? inlineOf(inside) : Fragment.empty;
    return content && type.create({ align: sides[at], lead, trail }, content);
  });
  return made.every(Boolean) ? nodes.table_row.create({ open, close }, made) : null;
}

function table(source) {
  const lines = source.split("\n");
  if (lines.some((line) => /^\s/.test(line)) || lines.length < 2) return null;
  const [head, rule, ...rows] = lines.map(cellsOf);
  const isTable = rule.cells.every((cell) => RULE_CELL.test(cell)) && (rule.open || rule.close || rule.cells.length > 1);
  if (!isTable || [head, ...rows].some(({ cells }) => cells.length !== rule.cells.length)) return null;
  const sides = rule.cells.map(leaning);
  const made = [tableRow(head, nodes.table_header, sides), ...rows.map((row) => tableRow(row, nodes.table_cell, sides))];
  return made.every(Boolean) ? nodes.table.create({ rule }, made) : null;
}

const READERS = { heading, code, note, quote, list, table, text: paragraph };

/** The node for a block that `cut` found, or null. */
export function readBlock({ kind, source }) {
  return READERS[kind]?.(source) ?? null;
}
