// Cuts a Markdown text into blocks. Each keeps its exact source and what follows it up to the next one, so that all of
// it joined is the text again, byte for byte, whatever the text is.

const FENCE = /^(`{3,}|~{3,})[^`]*$/;
const HEADING = /^#{1,6} /;
const POINT = /^(?:([-*+])|\d+\.) +\S/;
const NOTE = /^\[\^[^\]\s]+\]:/;
const ABBREVIATION = /^\*\[[^\]]+\]:/;
const TAG = /^ {0,3}<(?:([A-Za-z][\w-]*)\b|!--)/;
const RULE = /^ *\|?(?: *:?-+:? *\|)* *:?-+:? *\|? *$/;
const LARGEST_SEARCH = 400; // lines that a tag left open is looked for

function isBlank(line) {
  return /^[ \t]*$/.test(line);
}

/** The line after the block of HTML that begins here: its tag may be closed after empty lines. */
function endOfHtml(lines, start, end) {
  const name = TAG.exec(lines[start])[1];
  const [opening, closing] = name ? [new RegExp(`<${name}\\b`, "gi"), new RegExp(`</${name}\\s*>`, "gi")] : [/<!--/g, /-->/g];
  let depth = 0;
  for (let at = start; at < Math.min(lines.length, start + LARGEST_SEARCH); at++) {
    depth += (lines[at].match(opening) ?? []).length - (lines[at].match(closing) ?? []).length;
    if (depth <= 0 && at + 1 >= end) return at + 1;
    if (depth <= 0) break;
  }
  return end;
}

function endOfFence(lines, start) {
  const fence = FENCE.exec(lines[start])?.[1];
  if (!fence) return 0;
  for (let at = start + 1; at < lines.length; at++) if (lines[at].trimEnd() === fence) return at + 1;
  return 0;
}

/** The line after the list that begins here: it goes on over an empty line with an indented line or another point. */
function endOfList(lines, start) {
  const isBulleted = Boolean(POINT.exec(lines[start])[1]);
  let at = start + 1;
  for (;;) {
    while (at < lines.length && !isBlank(lines[at]) && !HEADING.test(lines[at]) && !endOfFence(lines, at)) at++;
    let next = at;
    while (next < lines.length && isBlank(lines[next])) next++;
    if (next === lines.length || next === at) return at;
    const point = POINT.exec(lines[next]);
    if (!/^(?: {4}|\t)/.test(lines[next]) && !(point && Boolean(point[1]) === isBulleted)) return at;
    at = next + 1;
  }
}

/** What the block is that begins with this line, and the line after it. */
function blockAt(lines, start) {
  const line = lines[start];
  const fenced = endOfFence(lines, start);
  if (fenced) return { kind: "code", end: fenced };
  if (HEADING.test(line)) return { kind: "heading", end: start + 1 };
  if (POINT.test(line)) return { kind: "list", end: endOfList(lines, start) };
  let end = start + 1;
  while (end < lines.length && !isBlank(lines[end]) && !HEADING.test(lines[end]) && !NOTE.test(lines[end]) && !ABBREVIATION.test(lines[end]) && !endOfFence(lines, end)) end++;
  if (TAG.test(line)) return { kind: "html", end: endOfHtml(lines, start, end) };
  if (NOTE.test(line)) return { kind: "note", end };
  if (line.startsWith(">")) return { kind: "quote", end };
  if (end > start + 1 && line.includes("|") && RULE.test(lines[start + 1])) return { kind: "table", end };
  return { kind: "text", end };
}

/**
 * The blocks of a text: `{ before, blocks: [{ kind, source, gap }] }`. `before` is what stands before the first one;
 * a gap holds the line breaks and the empty lines after its block.
 */
export function cut(text) {
  const lines = text.split("\n");
  const blocks = [];
  let at = 0;

  function skipped(isAfterBlock) {
    const start = at;
    while (at < lines.length && isBlank(lines[at])) at++;
    const empty = lines.slice(start, at).join("\n");
    const isAtEnd = at === lines.length;
    if (start === at) return isAfterBlock && !isAtEnd ? "\n" : "";
    return (isAfterBlock ? "\n" : "") + empty + (isAtEnd ? "" : "\n");
  }

  const before = skipped(false);
  while (at < lines.length) {
    const { kind, end } = blockAt(lines, at);
    const source = lines.slice(at, end).join("\n");
    at = end;
    blocks.push({ kind, source, gap: skipped(true) });
  }
  return { before, blocks };
}

/** The text that was cut. */
export function joined({ before, blocks }) {
  return before + blocks.map(({ source, gap }) => source + gap).join("");
}
