// What the visual editor can show and write: the part of our dialect that has a node or a mark here. How something was
// spelled (`*` or `_`, the spaces of a table) is kept with it, so that a text is written as it was read.

import { Schema } from "prosemirror-model";

const origin = { origin: { default: null } };
const ADDRESS = /^(?:https?:\/\/|mailto:)/i;

/** The title that a path of this wiki leads to, or null. */
function titleAt(href) {
  try {
    const url = new URL(href, location.href);
    const path = url.origin === location.origin && !url.search && /^\/wiki\/(.+)$/.exec(url.pathname)?.[1];
    return path ? decodeURIComponent(path + url.hash).replaceAll("_", " ") : null;
  } catch {
    return null;
  }
}

function alignment(element) {
  const align = element.style?.textAlign || element.getAttribute("align");
  return ["left", "center", "right"].includes(align) ? align : null;
}

function cell(tag, role) {
  return {
    content: "inline*",
    tableRole: role,
    isolating: true,
    attrs: {
      align: { default: null },
      lead: { default: " " },
      trail: { default: " " },
      colspan: { default: 1 },
      rowspan: { default: 1 },
      colwidth: { default: null },
    },
    parseDOM: [{ tag, getAttrs: (element) => ({ align: alignment(element) }) }],
    toDOM: (node) => [tag, node.attrs.align ? { align: node.attrs.align } : {}, 0],
  };
}

/** How a piece of source within a line is shown: a reference as its number, all else as it is written. */
export function shownPiece(source) {
  const reference = /^\[[\^@](.*)\]$/.exec(source);
  if (reference) return ["sup", `[${reference[1].trim()}]`];
  return ["code", source];
}

export const schema = new Schema({
  nodes: {
    doc: { content: "block+", attrs: { before: { default: "" }, tail: { default: "\n" } } },
    paragraph: {
      content: "inline*",
      group: "block inner",
      attrs: origin,
      parseDOM: [{ tag: "p" }],
      toDOM: () => ["p", 0],
    },
    heading: {
      content: "inline*",
      group: "block inner",
      defining: true,
      attrs: { level: { default: 2 }, pad: { default: " " }, ...origin },
      parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: Math.max(2, level) } })),
      toDOM: (node) => [`h${node.attrs.level}`, 0],
    },
    bullet_list: {
      content: "list_item+",
      group: "block inner list",
      attrs: { sign: { default: "-" }, loose: { default: false }, ...origin },
      parseDOM: [{ tag: "ul" }],
      toDOM: () => ["ul", 0],
    },
    ordered_list: {
      content: "list_item+",
      group: "block inner list",
      attrs: { start: { default: 1 }, same: { default: false }, loose: { default: false }, ...origin },
      parseDOM: [{ tag: "ol", getAttrs: (element) => ({ start: element.start > 0 ? element.start : 1 }) }],
      toDOM: (node) => ["ol", node.attrs.start === 1 ? {} : { start: node.attrs.start }, 0],
    },
    list_item: {
      content: "paragraph (paragraph | list)*",
      defining: true,
      attrs: { pad: { default: " " }, apart: { default: false } },
      parseDOM: [{ tag: "li" }],
      toDOM: () => ["li", 0],
    },
    blockquote: {
      content: "inner+",
      group: "block",
      defining: true,
      attrs: { empty: { default: ">" }, ...origin },
      parseDOM: [{ tag: "blockquote" }],
      toDOM: () => ["blockquote", 0],
    },
    code_block: {
      content: "text*",
      marks: "",
      group: "block",
      code: true,
      defining: true,
      attrs: { fence: { default: "```" }, info: { default: "" }, ...origin },
      parseDOM: [{ tag: "pre", preserveWhitespace: "full" }],
      toDOM: () => ["pre", ["code", 0]],
    },
    table: {
      content: "table_row+",
      tableRole: "table",
      isolating: true,
      group: "block",
      attrs: { rule: { default: null }, ...origin },
      parseDOM: [{ tag: "table" }],
      toDOM: () => ["table", ["tbody", 0]],
    },
    table_row: {
      content: "(table_header | table_cell)+",
      tableRole: "row",
      attrs: { open: { default: true }, close: { default: true } },
      parseDOM: [{ tag: "tr" }],
      toDOM: () => ["tr", 0],
    },
    table_header: cell("th", "header_cell"),
    table_cell: cell("td", "cell"),
    note: {
      content: "inline*",
      group: "block",
      defining: true,
      attrs: { label: {}, pad: { default: " " }, ...origin },
      parseDOM: [{ tag: "div[data-note]", getAttrs: (element) => ({ label: element.dataset.note }), contentElement: "p" }],
      toDOM: (node) => [
        "div",
        { class: "visual-note", "data-note": node.attrs.label },
        ["span", { class: "visual-note__label", contenteditable: "false" }, `[${node.attrs.label}]`],
        ["p", 0],
      ],
    },
    island: {
      group: "block",
      atom: true,
      attrs: { source: {}, ...origin },
      parseDOM: [{ tag: "div[data-island]", getAttrs: (element) => ({ source: element.dataset.island }) }],
      toDOM: (node) => ["div", { "data-island": node.attrs.source }, ["pre", node.attrs.source]],
    },
    text: { group: "inline" },
    hard_break: {
      inline: true,
      group: "inline",
      selectable: false,
      attrs: { markup: { default: "  \n" } },
      parseDOM: [{ tag: "br" }],
      toDOM: () => ["br"],
    },
    piece: {
      inline: true,
      group: "inline",
      atom: true,
      attrs: { source: {} },
      parseDOM: [{ tag: "span[data-piece]", getAttrs: (element) => ({ source: element.dataset.piece }) }],
      toDOM: (node) => ["span", { class: "visual-piece", "data-piece": node.attrs.source, title: node.attrs.source }, shownPiece(node.attrs.source)],
    },
  },
  marks: {
    link: {
      attrs: { href: {}, title: { default: "" } },
      inclusive: false,
      excludes: "link page",
      parseDOM: [
        { tag: "a[data-link]", priority: 60, getAttrs: (element) => ({ href: element.dataset.link, title: element.dataset.linkTitle ?? "" }) },
        {
          tag: "a[href]",
          getAttrs: (element) => {
            const href = element.getAttribute("href").trim();
            if (titleAt(href) !== null || !ADDRESS.test(href)) return false;
            return { href: href.replace(/[\s<>()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`) };
          },
        },
      ],
      // A text may hold any address, one that acts included: it is shown, and never one of this page.
      toDOM: ({ attrs: { href, title } }) => ["a", { href: "#", "data-link": href, "data-link-title": title, title: href }, 0],
    },
    strong: {
      attrs: { sign: { default: "**" } },
      parseDOM: [
        { tag: "strong" },
        { tag: "b", getAttrs: (element) => !/normal|[1-4]00/.test(element.dataset.pastedStyle ?? "") && null },
      ],
      toDOM: () => ["strong", 0],
    },
    em: { attrs: { sign: { default: "*" } }, parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
    sub: { excludes: "sub sup", parseDOM: [{ tag: "sub" }], toDOM: () => ["sub", 0] },
    sup: { excludes: "sub sup", parseDOM: [{ tag: "sup" }], toDOM: () => ["sup", 0] },
    page: {
      attrs: { target: {}, piped: { default: false } },
      inclusive: false,
      excludes: "link page code",
      parseDOM: [
        { tag: "a[data-page]", priority: 60, getAttrs: (element) => ({ target: element.dataset.page }) },
        {
          tag: "a[href]",
          getAttrs: (element) => {
            const target = titleAt(element.getAttribute("href"));
            return target !== null && !/[[\]|{}<>\n]/.test(target) && { target };
          },
        },
      ],
      toDOM: (mark) => ["a", { class: "visual-page", "data-page": mark.attrs.target, title: mark.attrs.target, href: "#" }, 0],
    },
    code: { attrs: { ticks: { default: "`" } }, excludes: "code page", parseDOM: [{ tag: "code" }, { tag: "kbd" }], toDOM: () => ["code", 0] },
    // A space that is a line break of the source, and a sign that has a backslash there.
    soft: { attrs: { lead: { default: "\n" } }, inclusive: false, toDOM: () => ["span", { class: "visual-soft" }, 0] },
    escaped: { inclusive: false, toDOM: () => ["span", { class: "visual-escaped" }, 0] },
  },
});
