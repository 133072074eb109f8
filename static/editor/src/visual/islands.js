// What the editor has no node for: shown as the server renders it, and edited as source.

import { ask } from "../shared/dialog.js";
import { loaded, toolbarOf } from "../shared/switching.js";
import { word } from "../shared/words.js";
import { shownPiece } from "./schema.js";

const MOST_AT_ONCE = 2;
const rendered = new Map();
const waiting = [];
let running = 0;

async function fetched(form, source) {
  const body = new FormData(form);
  body.set("text", source);
  const response = await fetch(form.dataset.previewUrl, { method: "POST", body });
  if (!response.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const content = page.querySelector("#article-content");
  if (!content?.textContent.trim() && !content?.querySelector("img, hr")) return null;
  // The page around it has names of its own.
  for (const named of content.querySelectorAll("[id]")) named.removeAttribute("id");
  return [...content.childNodes];
}

async function next() {
  const job = running < MOST_AT_ONCE && waiting.shift();
  if (!job) return;
  running++;
  job.done(await fetched(job.form, job.source).catch(() => null));
  running--;
  next();
}

/** The server's own rendering of a source, asked for once; null where there is none. */
function rendering(form, source) {
  if (!rendered.has(source)) {
    rendered.set(source, new Promise((done) => waiting.push({ form, source, done })));
    next();
  }
  return rendered.get(source);
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) target.dispatchEvent(new Event("seen"));
});

/** Ask for another source of the island or the piece at this place. */
export async function editSource(view, position) {
  const node = view.state.doc.nodeAt(position);
  const answer = await ask("source", { source: node.attrs.source }, (dialog, signal) => {
    // Where the source editor can't be had, the plain box does.
    if (toolbarOf("source")) loaded("source").then(({ writeIn }) => writeIn(dialog.querySelector("textarea"), signal), () => {});
  });
  const source = answer?.source.replace(/\r\n?/g, "\n");
  const isSame = view.state.doc.nodeAt(position)?.eq(node);
  if (answer && isSame && source !== node.attrs.source) {
    const made = node.isInline ? source.replace(/\n/g, " ") : source;
    const tr = made.trim() ? view.state.tr.setNodeAttribute(position, "source", made) : view.state.tr.delete(position, position + node.nodeSize);
    view.dispatch(tr.scrollIntoView());
  }
  view.focus();
}

/** A block that is an island. */
export class Island {
  constructor(node, view, place, form) {
    this.node = node;
    this.dom = document.createElement("div");
    this.dom.className = "visual-island";
    this.shown = document.createElement("div");
    this.shown.className = "visual-island__shown";
    this.shown.inert = true;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button";
    this.button.textContent = word("edit as source");
    this.button.addEventListener("click", () => editSource(view, place()));
    this.form = form;
    this.dom.append(this.shown, this.button);
    this.dom.addEventListener("seen", () => {
      seen.unobserve(this.dom);
      this.render();
    });
    this.draw();
  }

  draw() {
    const source = document.createElement("pre");
    source.textContent = this.node.attrs.source;
    this.shown.replaceChildren(source);
    this.button.setAttribute("aria-label", word("edit this as source", { beginning: this.node.attrs.source.trim().split("\n")[0].slice(0, 60) }));
    seen.observe(this.dom);
  }

  async render() {
    const { source } = this.node.attrs;
    const nodes = await rendering(this.form, source);
    if (nodes && source === this.node.attrs.source) this.shown.replaceChildren(...nodes.map((node) => document.importNode(node, true)));
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    const isOther = node.attrs.source !== this.node.attrs.source;
    this.node = node;
    if (isOther) this.draw();
    return true;
  }

  stopEvent(event) {
    return this.button.contains(event.target);
  }

  ignoreMutation() {
    return true;
  }

  destroy() {
    seen.unobserve(this.dom);
  }
}

/** A piece of source within a line. */
export class Piece {
  constructor(node, view, place) {
    const { source } = node.attrs;
    const [tag, words] = shownPiece(source);
    this.dom = document.createElement("span");
    this.dom.className = "visual-piece";
    this.dom.title = source;
    const shown = document.createElement(tag);
    shown.textContent = words;
    this.dom.append(shown);
    this.dom.addEventListener("dblclick", () => editSource(view, place()));
  }
}
