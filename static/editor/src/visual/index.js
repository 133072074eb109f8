// The visual editor: over the text box of the edit form, which stays the truth. What is written here is written there
// at once, so that drafts, the preview and saving go on as without it; what is put there by others is shown here.

import { useToolbar, addDeed } from "../shared/toolbar.js";
import { word } from "../shared/words.js";
import { places, states } from "./deeds.js";
import { Origins } from "./text.js";
import { viewOver } from "./view.js";

const PAUSE = 30; // milliseconds in which changes are written together
const box = document.querySelector(".edit-form textarea[name=text]");
const toolbar = document.querySelector("[data-toolbar]");

if (box && toolbar) begin();

function begin() {
  const { form } = box;
  const label = form.querySelector(`label[for="${box.id}"]`);
  const buttons = [...toolbar.querySelectorAll("button")];
  const toSource = toolbar.querySelector("[data-deed='source']");
  const origins = new Origins();
  form.dataset.visual = "";
  label.id ||= `${box.id}_label`;

  const place = document.createElement("div");
  place.className = "visual-editor prose";
  // As high as the box was, so that nothing under it moves.
  place.style.minHeight = `${box.offsetHeight}px`;
  box.before(place);
  let isVisual = true;
  let isWriting = false;
  let timer = 0;

  const view = viewOver(place, {
    doc: origins.read(box.value),
    form,
    attributes: { role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id, ...described() },
    onChange,
  });
  view.written = () => origins.write(view.state.doc);

  function described() {
    const names = ["aria-describedby", "aria-invalid"].filter((name) => box.hasAttribute(name));
    return Object.fromEntries(names.map((name) => [name, box.getAttribute(name)]));
  }

  function write() {
    clearTimeout(timer);
    timer = 0;
    const text = view.written();
    if (text === box.value) return;
    isWriting = true;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    isWriting = false;
  }

  function flush() {
    if (timer) write();
  }

  function onChange(_, isOther) {
    if (isOther && !isWriting) timer ||= setTimeout(write, PAUSE);
    showState();
  }

  function showState() {
    for (const button of buttons) {
      const isOn = states[button.dataset.deed];
      if (isOn) button.setAttribute("aria-pressed", String(isOn(view.state)));
    }
    for (const group of toolbar.querySelectorAll("[data-only]")) {
      const isHere = places[group.dataset.only](view.state);
      for (const button of group.querySelectorAll("button")) button.hidden = !isVisual || !isHere;
    }
  }

  /** Show what others put into the box: a copy brought back, a script of the page. */
  function follow() {
    if (isWriting || !isVisual || box.value === view.written()) return;
    const doc = origins.readOver(view.state.doc, box.value);
    const { tr, doc: old } = view.state;
    const start = old.content.findDiffStart(doc.content);
    if (start !== null) {
      // Whole blocks: what a block came from must not be mixed with another's.
      let from = 0;
      let same = 0;
      while (same < old.childCount && same < doc.childCount && old.child(same).eq(doc.child(same))) from += old.child(same++).nodeSize;
      let end = 0;
      let after = 0;
      const most = Math.min(old.childCount, doc.childCount) - same;
      while (end < most && old.child(old.childCount - 1 - end).eq(doc.child(doc.childCount - 1 - end))) after += old.child(old.childCount - 1 - end++).nodeSize;
      tr.replaceWith(from, old.content.size - after, doc.content.cut(from, doc.content.size - after));
    }
    for (const name of ["before", "tail"]) if (tr.doc.attrs[name] !== doc.attrs[name]) tr.setDocAttribute(name, doc.attrs[name]);
    isWriting = true;
    view.dispatch(tr.setMeta("others", true));
    isWriting = false;
  }

  function show() {
    place.hidden = !isVisual;
    box.classList.toggle("visual-editor__box", isVisual);
    if (isVisual) {
      box.tabIndex = -1;
      box.setAttribute("aria-hidden", "true");
    } else {
      box.removeAttribute("tabindex");
      box.removeAttribute("aria-hidden");
    }
    for (const button of buttons) if (button !== toSource) button.hidden = !isVisual;
    toSource.textContent = isVisual ? word("edit as source") : word("edit visually");
    toSource.setAttribute("aria-pressed", String(!isVisual));
    form.toggleAttribute("data-visual", isVisual);
    showState();
  }

  addDeed("source", () => {
    flush();
    isVisual = !isVisual;
    if (isVisual) follow();
    show();
    form.dispatchEvent(new Event("editor"));
    if (isVisual) view.focus();
    else box.focus();
  });
  useToolbar(toolbar, () => view);
  show();

  box.addEventListener("input", follow);
  // The words above the box lead into it; into what stands there now.
  label.addEventListener("click", (event) => {
    if (!isVisual) return;
    event.preventDefault();
    view.focus();
  });
  view.dom.addEventListener("blur", flush);
  for (const name of ["submit", "keydown"]) document.addEventListener(name, (event) => (name === "submit" || event.ctrlKey || event.metaKey) && flush(), true);
  for (const name of ["beforeunload", "pagehide"]) addEventListener(name, flush, true);
  // The text that came back from a page that was left, put in by the browser after the scripts.
  addEventListener("pageshow", follow);
  if (document.activeElement === box) view.focus();
}
