// What stands within a line: Markdown into nodes, and back. Signs are read in the order in which Python-Markdown reads
// them; what has no mark of its own here becomes a piece, which keeps its source.

import { Fragment } from "prosemirror-model";
import { schema } from "./schema.js";

const { marks, nodes } = schema;
const OPAQUE = "\ufffc";

// --- Reading ----------------------------------------------------------------------------------------------------

const CATEGORY_OR_FILE = /^\s*(?:category|file|image)\s*:/i;
const LINK = /!?\[((?:[^[\]\\]|\\.|\[\[[^[\]]*\]\]|\[[^[\]]*\])*)\]\(([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)( +(?:"[^"\n]*"|'[^'\n]*'))?\)/y;
const SIGNS = /[\\`<[{&\n !]/g;

const READERS = [
  ["\\", /\\([\\`*_{}[\]()<>#+\-.!|])/y, (found) => [text(found[1], [marks.escaped.create()])]],
  ["`", /(`+)(?!`)([^]+?)(?<!`)\1(?!`)/y, ([source, ticks, words]) => (words.includes("\n") ? piece(source) : [text(words, [marks.code.create({ ticks })])])],
  ["<", /<!--[^]*?-->/y, ([source]) => piece(source)],
  ["[", /\[\[([^[\]\n|]{1,600})(?:\|([^[\]]{0,600}))?\]\]/y, wikiLink],
  ["{", /\{\{[^{}]*\}\}/y, ([source]) => piece(source)],
  ["[", /\[@(?=(?:pmid|doi):)[^[\]\n]{5,2000}\]/iy, ([source]) => piece(source)],
  ["[", /\[\^[^\]\s]{1,200}\]/y, ([source]) => piece(source)],
  ["!", LINK, ([source]) => piece(source)],
  ["[", LINK, link],
  ["[", /\[[^[\]]+\] ?\[[^[\]]*\]/y, ([source]) => piece(source)],
  ["<", /<(sub|sup)>((?:(?!<\/?\1\b)[^\n])+?)<\/\1>/y, ([, name, words]) => marked(read(words), marks[name].create())],
  ["<", /<(?:https?|ftp):\/\/[^<>\s]*>|<[^<>\s!@]+@[^<>\s@]+>|<\/?[A-Za-z][^<>]*>/y, ([source]) => piece(source)],
  ["&", /&(?:#\d+|#x[\da-f]+|[\da-z]+);/iy, ([source]) => piece(source)],
  [" ", / {2,}\n[ \t]*/y, ([markup]) => [nodes.hard_break.create({ markup })]],
  ["\n", /\n[ \t]*/y, ([lead]) => [text(" ", [marks.soft.create({ lead })])]],
];

function text(words, itsMarks = []) {
  return schema.text(words, itsMarks);
}

function piece(source) {
  return [nodes.piece.create({ source })];
}

function marked(inline, mark) {
  return inline.map((node) => node.mark(mark.addToSet(node.marks)));
}

/** What a link to a page says when nothing else is given. */
export function shownTarget(target) {
  return target.trim().replace(/^:/, "").trim();
}

function wikiLink([source, target, label]) {
  const words = label ?? shownTarget(target);
  const isPlain = words && words === words.trim() && !/[\\&`\n]/.test(target + words);
  if (!isPlain || CATEGORY_OR_FILE.test(target)) return piece(source);
  const piped = label !== undefined && label === shownTarget(target);
  return [text(words, [marks.page.create({ target, piped })])];
}

function link([source, words, href, title = ""]) {
  const inner = words ? read(words) : [];
  const isNested = inner.some((node) => node.marks.some((mark) => mark.type === marks.link || mark.type === marks.page));
  return !inner.length || isNested ? piece(source) : marked(inner, marks.link.create({ href, title }));
}

/** The text with one sign for each thing that holds no emphasis open, and these things by their places. */
function withThingsTaken(source) {
  let line = "";
  const things = new Map();
  let at = 0;
  while (at < source.length) {
    SIGNS.lastIndex = at;
    const next = SIGNS.exec(source)?.index ?? source.length;
    line += source.slice(at, next);
    at = next;
    if (at === source.length) break;
    let taken = null;
    for (const [sign, pattern, make] of READERS) {
      if (source[at] !== sign) continue;
      pattern.lastIndex = at;
      const found = pattern.exec(source);
      if (!found) continue;
      taken = make(found);
      at += found[0].length;
      break;
    }
    if (taken) {
      things.set(line.length, taken);
      line += OPAQUE;
    } else {
      line += source[at++];
    }
  }
  return { line, things };
}

const NOT_STRONG = /(?<![^\s])(?:\*{1,3}|_{1,3})(?=\s|$)/y;
const WORD = "[\\p{L}\\p{N}_]";
const strong = (sign) => marks.strong.create({ sign });
const em = (sign) => marks.em.create({ sign });
// Python-Markdown's patterns in its order; each part is [group, its marks].
const EMPHASES = [
  [/\*{3}([^]+?)\*([^]*?)\*{2}/y, [[1, strong("**"), em("*")], [2, strong("**")]], [3, 1, 2]],
  [/\*{3}([^]+?)\*{2}([^]*?)\*/y, [[1, em("*"), strong("**")], [2, em("*")]], [3, 2, 1]],
  [/\*{2}(?!\*)([^*]+?)\*(?!\*)([^]+?)\*{3}/y, [[1, strong("**")], [2, strong("**"), em("*")]], [2, 1, 3]],
  [/\*{2}([^]+?)\*{2}/y, [[1, strong("**")]], [2, 2]],
  [/\*([^*]+)\*/y, [[1, em("*")]], [1, 1]],
  [new RegExp(`(?<!${WORD})__(?!_)([^]+?)(?<!_)__(?!${WORD})`, "uy"), [[1, strong("__")]], [2, 2]],
  [new RegExp(`(?<!${WORD})_(?!_)([^]+?)(?<!_)_(?!${WORD})`, "uy"), [[1, em("_")]], [1, 1]],
];

/** The nodes of a part of a line; `signs` of an emphasis stand between its groups. */
function emphasised({ line, things }, start, end, within) {
  const found = [];
  const part = line.slice(0, end);
  let plain = "";
  let at = start;

  function flush() {
    if (plain) found.push(text(plain, within));
    plain = "";
  }

  while (at < end) {
    const sign = part[at];
    if (things.has(at)) {
      flush();
      for (const node of things.get(at)) found.push(node.mark(within.reduce((set, mark) => mark.addToSet(set), node.marks)));
      at++;
      continue;
    }
    if (sign !== "*" && sign !== "_") {
      plain += sign;
      at++;
      continue;
    }
    NOT_STRONG.lastIndex = at;
    const literal = NOT_STRONG.exec(part);
    if (literal) {
      plain += literal[0];
      at += literal[0].length;
      continue;
    }
    let isTaken = false;
    for (const [pattern, groups, signs] of EMPHASES) {
      pattern.lastIndex = at;
      const match = pattern.exec(part);
      if (!match) continue;
      flush();
      let from = at + signs[0];
      groups.forEach(([number, ...its], which) => {
        const to = from + match[number].length;
        found.push(...emphasised({ line, things }, from, to, its.reduce((set, mark) => mark.addToSet(set), within)));
        from = to + signs[which + 1];
      });
      at += match[0].length;
      isTaken = true;
      break;
    }
    if (!isTaken) {
      plain += sign;
      at++;
    }
  }
  flush();
  return found;
}

function read(source) {
  const taken = withThingsTaken(source);
  return emphasised(taken, 0, taken.line.length, []);
}

/** The nodes of what stands within a line; null where it holds a sign that we use ourselves. */
export function readInline(source) {
  return source.includes(OPAQUE) ? null : Fragment.fromArray(read(source));
}

// --- Writing ----------------------------------------------------------------------------------------------------

const OPENING = { strong: ({ sign }) => sign, em: ({ sign }) => sign, sub: () => "<sub>", sup: () => "<sup>", link: () => "[" };
const CLOSING = {
  strong: ({ sign }) => sign,
  em: ({ sign }) => sign,
  sub: () => "</sub>",
  sup: () => "</sup>",
  link: ({ href, title }) => `](${href}${title})`,
};

/** Every sign that could mean something, with a backslash or as an entity. */
function escaped(words) {
  return words.replace(/[\\`*_{}[\]|]/g, "\\$&").replace(/&/g, "&amp;").replace(/</g, "&lt;");
}

/** A line that would begin as another block, with its first sign made plain. */
function begun(line) {
  return line
    .replace(/^[ \t]+/, "")
    .replace(/^(\d+)\.(?=\s|$)/, "$1\\.")
    .replace(/^[#>+\-!]/, "\\$&")
    .replace(/^[:=~]/, (sign) => `&#${sign.charCodeAt(0)};`);
}

function words(node, { isEscaping, isOneLine }) {
  if (node.type === nodes.piece) return node.attrs.source;
  if (node.type === nodes.hard_break) return isOneLine ? "<br>" : node.attrs.markup;
  const has = (type) => type.isInSet(node.marks);
  const page = has(marks.page);
  if (page) {
    const { target, piped } = page.attrs;
    return node.text === shownTarget(target) && !piped ? `[[${target}]]` : `[[${target}|${node.text.replace(/[[\]]/g, "")}]]`;
  }
  const code = has(marks.code);
  if (code) {
    let { ticks } = code.attrs;
    if (node.text.includes(ticks)) while (node.text.includes(ticks)) ticks += "`";
    return ticks + node.text + ticks;
  }
  const soft = has(marks.soft);
  if (soft && node.text === " ") return isOneLine ? " " : soft.attrs.lead;
  if (has(marks.escaped)) return node.text.replace(/[\\`*_{}[\]()<>#+\-.!|]/g, "\\$&");
  return isEscaping ? escaped(node.text) : node.text;
}

function layersOf(node) {
  return node.marks.filter((mark) => mark.type.name in OPENING);
}

/** The content with the spaces at the ends of a mark outside of it: `**words **` is no emphasis to some readers. */
function tidied(content) {
  const parts = [];
  content.forEach((node) => {
    const ends = node.isText && layersOf(node).length ? /^(\s*)([^]*?)(\s*)$/.exec(node.text) : [];
    if (!ends[1] && !ends[3]) parts.push(node);
    else for (const part of ends.slice(1)) if (part) parts.push(text(part, node.marks));
  });
  return Fragment.fromArray(parts.map((node, at) => {
    if (!node.isText || node.text.trim()) return node;
    const isWithin = (mark) => [parts[at - 1], parts[at + 1]].every((other) => other && mark.isInSet(other.marks));
    return node.mark(node.marks.filter((mark) => !(mark.type.name in OPENING) || isWithin(mark)));
  }));
}

/**
 * What stands within a line, written. `isEscaping` makes every sign plain that is no mark, `isTidy` moves spaces out of
 * marks, `isOneLine` is for headings and cells.
 */
export function writeInline(content, { isEscaping = false, isTidy = false, isOneLine = false } = {}) {
  const all = (isTidy ? tidied(content) : content).content ?? [];
  let written = "";
  let open = [];

  function reaches(mark, from) {
    let at = from;
    while (at < all.length && mark.isInSet(all[at].marks)) at++;
    return at;
  }

  all.forEach((node, at) => {
    const layers = layersOf(node);
    let kept = 0;
    while (kept < open.length && open[kept].isInSet(layers)) kept++;
    for (const mark of open.splice(kept).reverse()) written += CLOSING[mark.type.name](mark.attrs);
    const opening = layers.filter((mark) => !mark.isInSet(open));
    opening.sort((one, other) => reaches(other, at) - reaches(one, at));
    for (const mark of opening) written += OPENING[mark.type.name](mark.attrs);
    open = [...open, ...opening];
    written += words(node, { isEscaping, isOneLine });
  });
  for (const mark of open.reverse()) written += CLOSING[mark.type.name](mark.attrs);
  return isEscaping && !isOneLine ? written.split("\n").map((line, at) => (at ? /^[ \t]*/.exec(line)[0] : "") + begun(line)).join("\n") : written;
}

/** What the content means, its spelling aside: equal for what reads the same. */
export function meaningOf(content) {
  const parts = [];
  content.forEach((node) => {
    const its = node.marks
      .filter((mark) => mark.type !== marks.soft && mark.type !== marks.escaped)
      .map((mark) => mark.type.name + (mark.attrs.href ?? mark.attrs.target ?? ""))
      .sort()
      .join(" ");
    if (node.isText) for (const sign of node.text) parts.push(sign.trim() ? `${its}:${sign}` : `:${sign}`);
    else parts.push({ "&amp;": `${its}:&`, "&lt;": `${its}:<`, "<br>": "break" }[node.attrs.source] ?? entity(node, its) ?? (node.type === nodes.hard_break ? "break" : `${its} ${node.attrs.source}`));
  });
  return parts.join("\u0000").trim();
}

function entity(node, its) {
  const number = /^&#(\d+);$/.exec(node.attrs.source ?? "")?.[1];
  return number ? `${its}:${String.fromCodePoint(number)}` : null;
}
