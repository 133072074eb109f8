// The source editor: over the text box of the edit form, and over any other box in which source is written.

import { addEditor, switchTo, toolbarOf } from "../shared/switching.js";
import { useToolbar } from "../shared/toolbar.js";
import { choosePlain, isPlain } from "./choice.js";
import { deeds } from "./deeds.js";
import { SourceEditor } from "./editor.js";
import { keepInStep } from "./scrolling.js";

const box = document.querySelector(".edit-form textarea[name=text]");
const toolbar = toolbarOf("source");

const others = new WeakMap();

/** Write in this box as in the page's own, until `signal` ends it. */
export function writeIn(other, signal) {
  if (!others.has(other)) others.set(other, new SourceEditor(other));
  const editor = others.get(other);
  signal.addEventListener("abort", () => editor.simplify());
  if (!isPlain() && !signal.aborted) editor.enrich();
}

if (box && toolbar) begin();

function begin() {
  const editor = new SourceEditor(box);
  const plainSwitch = toolbar.querySelector("[data-deed='plain']");
  const findButton = toolbar.querySelector("[data-deed='find']");
  let isInUse = false;

  // The plain box is searched by the browser's own means. Not hidden: its place is kept until CodeMirror is here.
  async function show() {
    plainSwitch.setAttribute("aria-pressed", String(isPlain()));
    if (isPlain()) editor.simplify();
    else await editor.enrich();
    findButton.disabled = !editor.isRich;
  }

  deeds.add("find", () => editor.find());
  deeds.add("plain", () => {
    choosePlain(!isPlain());
    return show();
  });
  if (toolbarOf("visual")) deeds.add("visual", () => switchTo("visual"));
  const preview = document.querySelector("[data-live-place]");
  if (preview) keepInStep(() => editor.surface, preview);

  addEditor("source", {
    open() {
      if (!isInUse) useToolbar(toolbar, deeds, () => editor.surface);
      isInUse = true;
      findButton.disabled = true;
      show();
    },
    close: () => editor.simplify(),
    focus: () => editor.surface.focus(),
  });
}
