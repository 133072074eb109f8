// The marks of our texts, put in and taken out: each takes the text and what is selected of it (`from`, `to`) and tells
// what to replace and what is selected then. No page is needed to try them.

const WORD = /[\p{L}\p{N}\p{M}_-]/u;
const TAIL_LINES = [/^\[\[Category:.*\]\]$/i, /^\{\{stub.*\}\}$/i, /^(\[\^[^\]]+\]:| {4})/, /^\*\[[^\]]+\]:/];

function wordAround(text, at) {
  let [from, to] = [at, at];
  while (from > 0 && WORD.test(text[from - 1])) from--;
  while (to < text.length && WORD.test(text[to])) to++;
  return from < at && to > at ? [from, to] : [at, at];
}

function without(mark, text, from, to) {
  const length = mark.length;
  const inner = text.slice(from, to);
  if (inner.length > 2 * length && inner.startsWith(mark) && inner.endsWith(mark)) {
    const bare = inner.slice(length, -length);
    const isOfOneMark = !bare.replace(/^\*\*|\*\*$/g, "").includes("*");
    if (isOfOneMark) return { from, to, insert: bare, selectFrom: from, selectTo: from + bare.length };
  }
  const before = /\**$/.exec(text.slice(Math.max(0, from - 3), from))[0];
  const after = /^\**/.exec(text.slice(to, to + 3))[0];
  const has = mark === "**" ? (stars) => stars.length >= 2 : (stars) => stars.length % 2 === 1;
  if (has(before) && has(after)) {
    return { from: from - length, to: to + length, insert: inner, selectFrom: from - length, selectTo: to - length };
  }
  return null;
}

/** Set or take away the mark around what is selected, or around the word at the caret. */
export function surrounded(mark) {
  return ({ text, from, to }) => {
    if (from === to) {
      const link = linkAt({ text, from, to });
      [from, to] = link.to > link.from ? [link.from, link.to] : wordAround(text, from);
    }
    while (from < to && /\s/.test(text[from])) from++;
    while (to > from && /\s/.test(text[to - 1])) to--;
    const bare = without(mark, text, from, to);
    if (bare) return bare;
    const inner = text.slice(from, to);
    const start = from + mark.length;
    return { from, to, insert: mark + inner + mark, selectFrom: start, selectTo: start + inner.length };
  };
}

function linesOf({ text, from, to }) {
  const start = from ? text.lastIndexOf("\n", from - 1) + 1 : 0;
  // A selection that ends where a line begins doesn't mean that line.
  const last = to > from && text[to - 1] === "\n" ? to - 1 : to;
  const end = text.indexOf("\n", last) < 0 ? text.length : text.indexOf("\n", last);
  return { start, end, lines: text.slice(start, end).split("\n") };
}

function withLines({ from, to }, start, end, insert) {
  const wasCaret = from === to;
  const shift = insert.length - (end - start);
  const caret = Math.max(start, from + shift);
  return { from: start, to: end, insert, selectFrom: wasCaret ? caret : start, selectTo: wasCaret ? caret : start + insert.length };
}

/** Make the lines headings of a level, or plain lines again if they are. */
export function headed(level) {
  const mark = `${"#".repeat(level)} `;
  return (selected) => {
    const { start, end, lines } = linesOf(selected);
    const written = lines.filter((line) => line.trim());
    const isSet = written.length > 0 && written.every((line) => line.startsWith(mark));
    const changed = lines.map((line) => {
      const bare = line.replace(/^ {0,3}#{1,6}(?: +|$)/, "");
      return isSet || (!line.trim() && lines.length > 1) ? bare : mark + bare;
    });
    return withLines(selected, start, end, changed.join("\n"));
  };
}

const ITEM = /^(\s*)(?:[-*+]|\d+[.)]) +/;

/** Make the lines points of a list, numbered or not, or plain lines again if they are. */
export function listed(isNumbered) {
  const sort = isNumbered ? /^\s*\d+[.)] / : /^\s*[-*+] /;
  return (selected) => {
    const { start, end, lines } = linesOf(selected);
    const written = lines.filter((line) => line.trim());
    const isSet = written.length > 0 && written.every((line) => sort.test(line));
    let number = 0;
    const changed = lines.map((line) => {
      if (!line.trim() && lines.length > 1) return line;
      const indent = /^\s*/.exec(line)[0];
      const bare = line.replace(ITEM, "$1").slice(indent.length);
      return isSet ? indent + bare : `${indent}${isNumbered ? `${++number}.` : "-"} ${bare}`;
    });
    const before = selected.text.slice(0, start).split("\n").at(-2) ?? "";
    // A list that follows a line of a paragraph would be part of it.
    const gap = !isSet && before.trim() && !ITEM.test(before) ? "\n" : "";
    return withLines(selected, start, end, gap + changed.join("\n"));
  };
}

/** Put something in place of what is selected, the caret behind it. */
export function inserted({ from, to }, insert) {
  return { from, to, insert, selectFrom: from + insert.length, selectTo: from + insert.length };
}

/** Put a block, such as a table, in a place of its own: empty lines around it. */
export function blocked({ text, from, to }, block) {
  const [before, after] = [text.slice(0, from), text.slice(to)];
  const above = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const below = !after ? "\n" : after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const caret = from + above.length + block.length;
  return { from, to, insert: above + block + below, selectFrom: caret, selectTo: caret };
}

/** What to insert at which place so that this line ends the text, beside others of its kind. */
export function atTheEnd(text, line) {
  const end = text.trimEnd().length;
  const last = text.slice(0, end).split("\n").at(-1);
  const gap = !end ? "" : TAIL_LINES.some((kind) => kind.test(last) && kind.test(line)) ? "\n" : "\n\n";
  return { from: end, to: text.length, insert: `${gap}${line}\n` };
}

// --- Links ------------------------------------------------------------------------------------------------------

const LINKS = /\[\[([^[\]|\n]+)(?:\|([^[\]\n]*))?\]\]|\[([^[\]\n]*)\]\(([^()\s]+)\)/g;

/** The link that the caret or the selection is in, or the words for a new one. */
export function linkAt({ text, from, to }) {
  const { start, end } = linesOf({ text, from, to });
  for (const found of text.slice(start, end).matchAll(LINKS)) {
    const at = start + found.index;
    if (at <= from && to <= at + found[0].length && (from > at || to > from)) {
      const [, page, label, words, address] = found;
      return { from: at, to: at + found[0].length, target: page ?? address, label: label ?? words ?? "" };
    }
  }
  const words = text.slice(from, to);
  return { from, to, target: /[\n[\]|]/.test(words) ? "" : words.trim(), label: words.replace(/\s+/g, " ").trim() };
}

/** A link as it is written. */
export function linkText({ target, label, isOutside }) {
  const words = label.replace(/[[\]]/g, "\\$&");
  if (isOutside) return label ? `[${words}](${target})` : `<${target}>`;
  const bare = label.replace(/[[\]|]/g, "");
  return bare && bare !== target ? `[[${target}|${bare}]]` : `[[${target}]]`;
}

// --- Tables -----------------------------------------------------------------------------------------------------

const RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
// A bar within a link, a template or code, or behind a backslash, parts no cells.
const PIECE = /\\.|`[^`]*`|\[\[[^[\]]*\]\]|\{\{[^{}]*\}\}|\||[^|]/g;

function cellsOf(line) {
  const cells = [""];
  for (const [piece] of line.trim().replace(/^\|/, "").matchAll(PIECE)) {
    if (piece === "|") cells.push("");
    else cells[cells.length - 1] += piece;
  }
  if (cells.length > 1 && !cells.at(-1).trim()) cells.pop();
  return cells.map((cell) => cell.trim());
}

function leaningOf(rule) {
  return { "::": "center", ":": "left", " :": "right" }[`${rule.startsWith(":") ? ":" : rule.endsWith(":") ? " " : ""}${rule.endsWith(":") ? ":" : ""}`] ?? "";
}

/** The table around the caret with its place, or null. */
export function tableAt({ text, from }) {
  const lines = text.split("\n");
  const here = text.slice(0, from).split("\n").length - 1;
  if (!lines[here].includes("|")) return null;
  let [first, last] = [here, here];
  while (first > 0 && lines[first - 1].includes("|")) first--;
  while (last + 1 < lines.length && lines[last + 1].includes("|")) last++;
  if (last === first || !RULE.test(lines[first + 1])) return null;
  const leanings = cellsOf(lines[first + 1]).map(leaningOf);
  const even = (row) => leanings.map((_, at) => row[at] ?? "");
  const rows = [first, ...Array.from({ length: last - first - 1 }, (_, at) => first + 2 + at)].map((at) => cellsOf(lines[at]));
  // What has more cells than its heading could only be cut.
  if (rows.some((row) => row.length > leanings.length)) return null;
  const start = lines.slice(0, first).reduce((sum, line) => sum + line.length + 1, 0);
  const end = start + lines.slice(first, last + 1).join("\n").length;
  return { from: start, to: end, rows: rows.map(even), leanings };
}

/** A table as it is written, its columns in line. */
export function tableText({ rows, leanings }) {
  const clean = (text) => [...text.trim().replace(/\s+/g, " ").matchAll(PIECE)].map(([piece]) => (piece === "|" ? "\\|" : piece)).join("");
  const written = rows.map((row) => row.map(clean));
  const widths = leanings.map((_, at) => Math.min(40, Math.max(3, ...written.map((row) => [...row[at]].length))));
  const padded = (cells) => `| ${cells.map((cell, at) => cell + " ".repeat(Math.max(0, widths[at] - [...cell].length))).join(" | ")} |`;
  const rules = leanings.map((side, at) => {
    const dashes = "-".repeat(widths[at]);
    return { left: `:${dashes.slice(1)}`, right: `${dashes.slice(1)}:`, center: `:${dashes.slice(2)}:` }[side] ?? dashes;
  });
  return [padded(written[0]), `| ${rules.join(" | ")} |`, ...written.slice(1).map(padded)].join("\n");
}
