// The marks of our texts, line by line: Markdown's and the wiki's. Text in, places out; no page is needed to try it.

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

// What is found first hides what is inside of it; a link may hold emphasis, code holds nothing.
const INLINE = new RegExp(
  [
    "(?<escape>\\\\[\\\\`*_{}\\[\\]()<>#+.!|-])",
    "(?<code>(?<ticks>`+)[^`].*?(?<!`)\\k<ticks>(?!`))",
    "(?<category>\\[\\[\\s*[Cc]ategory\\s*:[^\\[\\]]*\\]\\])",
    "(?<page>\\[\\[[^\\[\\]]{1,600}\\]\\])",
    "(?<source>\\[@(?:pmid|doi):[^\\]]{1,600}\\])",
    "(?<note>\\[\\^[^\\]\\s]{1,200}\\]:?)",
    "(?<template>\\{\\{[^{}]*\\}\\})",
    "(?<link>!?\\[[^\\[\\]]*\\]\\([^()\\s]*(?:\\s\"[^\"]*\")?\\))",
    "(?<tag></?[A-Za-z][^<>]*>|<https?://[^<>\\s]+>|&#?\\w{1,30};)",
  ].join("|"),
  "g",
);
const STRONG = /(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g;
const EMPHASIS = /(?<![*\\])\*(?![*\s])([^*]+?)(?<![\s\\])\*(?!\*)|(?<![\p{L}\p{N}_\\])_(?![_\s])([^_]+?)(?<![\s\\])_(?![\p{L}\p{N}_])/gu;

/**
 * What each line is: "text", "code" between fences, or "template" within braces that close on a later line.
 * `lines` may be any iterable.
 */
export function sortsOf(lines) {
  const sorts = [];
  let fence = "";
  let depth = 0;
  for (const line of lines) {
    const found = FENCE.exec(line)?.[1];
    if (fence) {
      sorts.push("code");
      if (found?.startsWith(fence) && !line.trim().replaceAll(fence[0], "")) fence = "";
    } else if (found && !depth) {
      sorts.push("code");
      fence = found;
    } else {
      const was = depth;
      if (depth || line.includes("{{")) {
        depth += line.split("{{").length - line.split("}}").length;
        // What never opened closes nothing; what an empty line parts was never meant as one.
        if (depth < 0 || !line.trim()) depth = 0;
      }
      sorts.push(was || depth ? "template" : "text");
    }
  }
  return sorts;
}

/** The marks of a line of text: `[from, to, name]`, which may lie within each other. */
export function marksOf(line) {
  const found = [];
  const heading = /^ {0,3}(#{1,6}) +(?!#+ *$)\S/.exec(line);
  if (heading) found.push([0, line.length, `heading-${Math.min(4, heading[1].length)}`], [0, line.indexOf(heading[1]) + heading[1].length, "sign"]);
  const point = /^\s*(?:[-*+]|\d{1,9}[.)]) +(?=\S)/.exec(line) ?? /^\s*[>:] /.exec(line);
  if (point) found.push([0, point[0].length, "sign"]);
  const abbreviation = /^\*\[[^\]]{1,200}\]:/.exec(line);
  if (abbreviation) found.push([0, abbreviation[0].length, "note"]);
  if (/^\s*\|/.test(line)) for (const bar of line.matchAll(/(?<!\\)\|/g)) found.push([bar.index, bar.index + 1, "sign"]);

  let hidden = abbreviation ? abbreviation[0].replace(/./g, " ") + line.slice(abbreviation[0].length) : line;
  for (const { index, 0: whole, groups } of line.matchAll(INLINE)) {
    const name = Object.keys(groups).find((each) => each !== "ticks" && groups[each] !== undefined);
    found.push([index, index + whole.length, name]);
    hidden = hidden.slice(0, index) + (name === "link" || name === "page" ? "x" : "\u00b7").repeat(whole.length) + hidden.slice(index + whole.length);
  }
  if (point && /^\s*\*/.test(line)) hidden = hidden.replace("*", " ");
  for (const { index, 0: whole, 1: sign } of hidden.matchAll(STRONG)) {
    found.push([index, index + whole.length, "strong"], [index, index + sign.length, "sign"], [index + whole.length - sign.length, index + whole.length, "sign"]);
  }
  const single = hidden.replace(/\*\*/g, "\u00b7\u00b7");
  for (const { index, 0: whole } of single.matchAll(EMPHASIS)) {
    found.push([index, index + whole.length, "emphasis"], [index, index + 1, "sign"], [index + whole.length - 1, index + whole.length, "sign"]);
  }
  return found;
}
