// A whole text as a document, and back. What nobody touched is written as it was read, byte for byte: each block knows
// which block of a text it came from, and a block that still equals that one is written as its source.

import { Selection } from "prosemirror-state";
import { cut } from "./blocks.js";
import { readBlock } from "./reading.js";
import { schema } from "./schema.js";
import { writeBlock, writeExactly } from "./writing.js";

const { nodes } = schema;
const LARGEST_BLOCK = 60_000; // characters; a larger one is shown as source, so that writing stays quick

function withOrigin(node, origin) {
  return node.type.create({ ...node.attrs, origin }, node.content, node.marks);
}

/** The blocks of the texts that this page has read, by their numbers. */
export class Origins {
  #known = [];
  #neighbours = new Set();
  #written = new WeakMap();

  /** A text as a document. */
  read(text) {
    const { before, blocks } = cut(text);
    const made = blocks.map((block) => this.#node(block));
    made.slice(1).forEach((node, at) => this.#neighbours.add(`${made[at].attrs.origin} ${node.attrs.origin}`));
    const tail = blocks.length ? blocks.at(-1).gap : "\n";
    return nodes.doc.create({ before: blocks.length ? before : "", tail }, made.length ? made : nodes.paragraph.create());
  }

  #node({ kind, source, gap }) {
    const origin = this.#known.length;
    const read = source.length <= LARGEST_BLOCK && readBlock({ kind, source });
    const isKept = read && writeExactly(read) === source;
    const node = isKept ? withOrigin(read, origin) : nodes.island.create({ source, origin });
    this.#known.push({ node, source, gap });
    return node;
  }

  /** The blocks of a document as they will be written: `[{ node, at, source }]`; empty ones are none. */
  #pieces(doc) {
    const pieces = [];
    doc.forEach((node, at) => {
      if (!this.#written.has(node)) {
        const known = this.#known[node.attrs.origin];
        this.#written.set(node, known?.node.eq(node) ? known.source : writeBlock(node, known?.node));
      }
      const source = this.#written.get(node);
      if (source.trim()) pieces.push({ node, at, source });
    });
    return pieces;
  }

  #gap(node, next) {
    const known = this.#known[node.attrs.origin];
    if (!known) return "\n\n";
    if (/\n[ \t]*\n/.test(known.gap)) return known.gap;
    const other = this.#known[next.attrs.origin];
    const isAsRead = this.#neighbours.has(`${node.attrs.origin} ${next.attrs.origin}`) && node.type === known.node.type && next.type === other.node.type;
    return isAsRead && known.gap ? known.gap : "\n\n";
  }

  /** A document as a text. */
  write(doc) {
    const pieces = this.#pieces(doc);
    const { before, tail } = doc.attrs;
    if (!pieces.length) return "";
    const parts = pieces.map(({ node, source }, at) => source + (at + 1 < pieces.length ? this.#gap(node, pieces[at + 1].node) : tail));
    return before + parts.join("");
  }

  /**
   * The selection in a document for a caret at this offset of its text: in the block that stands there, at its end when
   * the caret is behind its words, else at its beginning.
   */
  caretAt(doc, offset) {
    const pieces = this.#pieces(doc);
    let begin = doc.attrs.before.length;
    let found = Selection.atStart(doc);
    pieces.forEach(({ node, at, source }, which) => {
      const isBehind = offset > begin && offset >= begin + source.trimEnd().length;
      if (begin <= offset) found = isBehind ? Selection.near(doc.resolve(at + node.nodeSize), -1) : Selection.near(doc.resolve(at));
      begin += source.length + (which + 1 < pieces.length ? this.#gap(node, pieces[which + 1].node).length : 0);
    });
    return found;
  }

  /**
   * The document of another text, with the nodes of this one kept at both ends as far as they are the same: so that
   * the caret and the undo of the rest stay.
   */
  readOver(doc, text) {
    const young = this.read(text);
    const old = this.#pieces(doc).map(({ node }) => node);
    const sourceOf = (node) => this.#written.get(node) ?? this.#known[node.attrs.origin].source;
    const fresh = young.content.content;
    let start = 0;
    while (start < Math.min(old.length, fresh.length) && sourceOf(old[start]) === sourceOf(fresh[start])) start++;
    let end = 0;
    const most = Math.min(old.length, fresh.length) - start;
    while (end < most && sourceOf(old.at(-1 - end)) === sourceOf(fresh.at(-1 - end))) end++;
    const all = fresh.map((node, at) => {
      const same = at < start ? old[at] : at >= fresh.length - end ? old[at - fresh.length + old.length] : null;
      // What follows the last block is the document's own tail.
      const isLast = at + 1 === fresh.length;
      const { gap } = this.#known[node.attrs.origin];
      return same && (isLast || this.#known[same.attrs.origin]?.gap === gap) ? same : node;
    });
    all.slice(1).forEach((node, at) => this.#neighbours.add(`${all[at].attrs.origin} ${node.attrs.origin}`));
    return nodes.doc.create(young.attrs, all);
  }
}
