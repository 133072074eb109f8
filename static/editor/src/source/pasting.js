// HTML from the clipboard (a web page, Word, LibreOffice, Google Docs) as clean text in our dialect. What it can't say
// (colours, fonts, pictures, scripts) stays behind.

const DROPPED = "script, style, noscript, template, head, meta, link, title, svg, img, button, input, select, textarea, iframe, object, xml, .editsection, .mw-editsection, sup.reference, .reference, .footnote-ref, .section-link";
const WORTH = "h1, h2, h3, h4, h5, h6, b, strong, i, em, a[href], ul, ol, table, sub, sup, blockquote, dl, pre, p + p, [data-pasted-style*='bold'], [data-pasted-style*='italic'], [data-pasted-style*='font-weight:'], [data-pasted-style*='mso-list']";
const BLOCKS = new Set("ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CENTER DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION SUMMARY TABLE UL".split(" "));
const INDENT = "    ";

function styleOf(element) {
  return (element.dataset?.pastedStyle ?? "").toLowerCase().replace(/\s*([:;])\s*/g, "$1");
}

// --- Within a line ----------------------------------------------------------------------------------------------

/** Text with a backslash before what would be a mark. */
function escaped(text) {
  return text
    .replace(/[\\`]/g, "\\$&")
    .replace(/\*(?=\S)|(?<=\S)\*/g, "\\*")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/\[(?=[[^@])/g, "\\[")
    .replace(/\](?=\()/g, "\\]")
    .replace(/\{(?=\{)/g, "\\{")
    .replace(/&(?=#?\w{1,30};)/g, "&amp;")
    .replace(/<(?=[a-z/!?])/gi, "&lt;");
}

/** A line that would begin with a mark, with a backslash before it. */
function begun(line) {
  return line.replace(/^(\s*)(?:(#{1,6} )|([-+>|:=]|-{2,}|={2,})(?=\s|$|-|=)|(\d{1,9})([.)] ))/, (_, space, hashes, sign, number, dot) =>
    number ? `${space}${number}\\${dot}` : `${space}\\${hashes ?? sign}`);
}

function isBold(element, was) {
  const weight = /(?:^|;)font-weight:(\w+)/.exec(styleOf(element))?.[1];
  if (weight) return weight === "bold" || weight === "bolder" || Number(weight) >= 600;
  return was || ["B", "STRONG"].includes(element.tagName);
}

function isItalic(element, was) {
  const slope = /(?:^|;)font-style:(\w+)/.exec(styleOf(element))?.[1];
  if (slope) return slope === "italic" || slope === "oblique";
  return was || ["I", "EM", "CITE", "DFN"].includes(element.tagName);
}

function link(element, words) {
  const bare = words.trim();
  const href = element.getAttribute("href").trim();
  let url;
  try {
    url = new URL(href);
  } catch {
    return words;
  }
  const title = url.origin === location.origin && /^\/wiki\/(.+)$/.exec(url.pathname)?.[1];
  if (title && !url.search) {
    const target = decodeURIComponent(title + url.hash).replaceAll("_", " ");
    return bare === target ? `[[${target}]]` : `[[${target}|${bare.replace(/[[\]|]/g, "")}]]`;
  }
  const leads = ["http:", "https:", "mailto:"].includes(url.protocol) && bare;
  return leads ? `[${words.replace(/[[\]]/g, "\\$&").trim()}](${url.href.replace(/[()\s]/g, encodeURIComponent)})` : words;
}

function runs(node, format) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = format.isCode ? node.data : escaped(node.data.replace(/(?<!\d)\u00a0|\u00a0(?![\p{L}%°])/gu, " ").replace(/[ \t\r\n\f]+/g, " "));
    return [{ ...format, text }];
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const style = styleOf(node);
  if (/display:none|mso-hide:all|mso-list:ignore/.test(style)) return [];
  if (node.tagName === "BR") return [{ text: "  \n", isBreak: true }];
  if (node.tagName === "CODE" || node.tagName === "KBD" || node.tagName === "SAMP") {
    const words = node.textContent.replace(/\s+/g, " ").trim();
    const fence = words.includes("`") ? "``" : "`";
    return words ? [{ ...format, text: `${fence}${words}${fence}` }] : [];
  }
  const inner = { bold: isBold(node, format.bold), italic: isItalic(node, format.italic) };
  const within = (how) => [...node.childNodes].flatMap((child) => runs(child, how));
  if (node.tagName === "A" && node.hasAttribute("href")) return [{ ...inner, text: link(node, written(within({}))) }];
  const shift = /(?:^|;)vertical-align:(sub|super)/.exec(style)?.[1];
  const small = { SUB: "sub", SUP: "sup" }[node.tagName] ?? { sub: "sub", super: "sup" }[shift];
  if (small) {
    const words = written(within({})).trim();
    return words ? [{ ...inner, text: `<${small}>${words}</${small}>` }] : [];
  }
  return within(inner);
}

/** Runs as text: neighbours of one look under one mark, which holds no space at its ends. */
function written(all) {
  const joined = [];
  for (const run of all) {
    const last = joined.at(-1);
    const isAlike = last && !last.isBreak && !run.isBreak && ((last.bold === run.bold && last.italic === run.italic) || !run.text.trim());
    if (isAlike) last.text += run.text;
    else if (run.text) joined.push({ ...run });
  }
  return joined
    .map(({ text, bold, italic, isBreak }) => {
      const mark = (bold ? "**" : "") + (italic ? "*" : "");
      if (isBreak || !mark || !text.trim()) return text;
      const [, before, words, after] = /^(\s*)([^]*?)(\s*)$/.exec(text);
      return `${before}${mark}${words}${mark}${after}`;
    })
    .join("")
    .replace(/ *\n */g, (found) => (found.includes("  \n") ? "  \n" : "\n"))
    .replace(/(\S) {2,}(?=\S)/g, "$1 ");
}

function line(nodes, format = {}) {
  return written(nodes.flatMap((node) => runs(node, format))).trim().replace(/(\s*\n)+$/, "");
}

// --- Blocks -----------------------------------------------------------------------------------------------------

function isBlock(node) {
  return BLOCKS.has(node.tagName) || (node.nodeType === Node.ELEMENT_NODE && node.tagName !== "A" && [...node.children].some(isBlock));
}

function indented(text) {
  return text.replace(/\n(?=[^\n])/g, `\n${INDENT}`);
}

function item(element, sign) {
  const parts = blocks([...element.childNodes]);
  const [first = "", ...rest] = parts;
  // A list right under its point needs no empty line; a second paragraph does.
  const isTight = rest.every((part) => part.isList);
  const body = [first.text ?? first, ...rest.map((part) => part.text)].join(isTight ? "\n" : "\n\n");
  return `${sign} ${indented(body)}`;
}

function list(element) {
  const isNumbered = element.tagName === "OL";
  let number = Number(element.getAttribute("start") ?? 1) - 1;
  const items = [];
  for (const child of element.children) {
    // Some put the inner list beside its point instead of into it.
    if (["UL", "OL"].includes(child.tagName) && items.length) items.push(items.pop() + indented(`\n${list(child).text}`));
    else if (child.textContent.trim()) items.push(item(child, isNumbered ? `${++number}.` : "-"));
  }
  return { text: items.join("\n"), isList: true };
}

function level(paragraph) {
  return Number(/mso-list:[^;]*level(\d)/.exec(styleOf(paragraph))?.[1] ?? 0);
}

/** Word writes the points of a list as paragraphs that only say how deep they are. */
function wordList(paragraphs) {
  const lines = paragraphs.map((paragraph) => {
    const sign = [...paragraph.querySelectorAll("[data-pasted-style]")].find((each) => /mso-list:ignore/.test(styleOf(each)))?.textContent.trim() ?? "";
    const number = /^\(?(\d+|[a-z]{1,4})[.)]/i.exec(sign)?.[1];
    const words = line([...paragraph.childNodes]);
    return `${INDENT.repeat(level(paragraph) - 1)}${number ? `${Number(number) || 1}.` : "-"} ${words}`;
  });
  return { text: lines.join("\n"), isList: true };
}

function table(element) {
  const rows = [...element.rows].map((row) =>
    [...row.cells].flatMap((cell) => [
      line([...cell.childNodes]).replace(/\s*\n\s*/g, " ").replace(/\|(?![^[]*\]\])/g, "\\|"),
      ...Array(Math.min(50, cell.colSpan) - 1).fill(""),
    ]));
  const width = Math.max(0, ...rows.map((row) => row.length));
  // One column is how some lay out a page, and no table.
  if (width < 2 || rows.length < 2) return blocks([...element.rows].flatMap((row) => [...row.cells].flatMap((cell) => [...cell.childNodes])));
  const [head, ...body] = rows.map((row) => `| ${[...row, ...Array(width - row.length).fill("")].join(" | ")} |`);
  return [{ text: [head, `|${"---|".repeat(width)}`, ...body].join("\n") }];
}

function paragraph(nodes) {
  const text = line(nodes);
  return text ? [{ text: text.split("\n").map(begun).join("\n") }] : [];
}

function block(element) {
  const children = [...element.childNodes];
  const heading = /^H([1-6])$/.exec(element.tagName)?.[1];
  if (heading) {
    const words = line(children).replace(/\*\*/g, "").replace(/\s*\n\s*/g, " ");
    return words ? [{ text: words, level: Number(heading) }] : [];
  }
  switch (element.tagName) {
    case "UL":
    case "OL":
      return [list(element)].filter(({ text }) => text);
    case "TABLE":
      return table(element);
    case "HR":
      return [];
    case "PRE":
      return [{ text: `\`\`\`\n${element.textContent.replace(/\r\n?/g, "\n").replace(/\n+$/, "")}\n\`\`\`` }];
    case "BLOCKQUOTE":
      return [{ text: blocks(children).map((each) => each.text).join("\n\n").replace(/^/gm, "> ") }];
    case "DT":
      return [{ text: line(children), isTerm: true }].filter(({ text }) => text);
    case "DD":
      return [{ text: `: ${indented(line(children))}`, isMeaning: true }].filter(({ text }) => text !== ": ");
    default:
      return blocks(children);
  }
}

function blocks(nodes) {
  const found = [];
  let loose = [];
  let points = [];
  function end() {
    if (points.length) found.push(wordList(points));
    found.push(...paragraph(loose));
    [loose, points] = [[], []];
  }
  for (const node of nodes) {
    if (node.nodeType === Node.ELEMENT_NODE && level(node)) {
      if (loose.length) end();
      points.push(node);
    } else if (isBlock(node)) {
      end();
      found.push(...block(node));
    } else if (node.nodeType !== Node.COMMENT_NODE && (node.textContent.trim() || loose.length || node.tagName === "BR")) {
      if (points.length) end();
      loose.push(node);
    }
  }
  end();
  return found;
}

/** The same HTML without what the page's policy would be asked about, though nothing of it is ever shown. */
function inert(html) {
  return html
    // Word hides its own signs in conditional comments.
    .replace(/<!--\[if[^]*?<!\[endif\]-->|<!\[[^>]*>/gi, "")
    .replace(/<(style|script)\b[^]*?<\/\1\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle(?=\s*=)/gi, " data-pasted-style").replace(/\son\w+(?=\s*=)/gi, " data-pasted-deed"));
}

/** HTML as our text; null where it says no more than its plain words, which are then the better text. */
export function markdownOf(html) {
  const page = new DOMParser().parseFromString(inert(html), "text/html");
  for (const dropped of page.querySelectorAll(DROPPED)) dropped.remove();
  const body = page.body;
  const isCode = [...body.children].some((each) => /white-space:pre/.test(styleOf(each)));
  if (isCode || !body.querySelector(WORTH)) return null;
  const found = blocks([...body.childNodes]);
  const shift = found.some((each) => each.level === 1) ? 1 : 0;
  let text = "";
  found.forEach((each, at) => {
    const before = found[at - 1];
    const isTogether = before && each.isMeaning && (before.isTerm || before.isMeaning);
    if (at) text += isTogether ? "\n" : "\n\n";
    text += each.level ? `${"#".repeat(Math.min(6, each.level + shift))} ${each.text}` : each.text;
  });
  const isWhole = found.length > 1 || found[0]?.isList || found[0]?.level;
  return isWhole ? `${text}\n` : text;
}
