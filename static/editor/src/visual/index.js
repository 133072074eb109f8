// The visual editor: over the text box of the edit form, which stays the truth. What is written here is written there
// at once, so that drafts, the preview and saving go on as without it; what is put there by others is shown here.

import { addEditor, switchTo, toolbarOf } from "../shared/switching.js";
import { useToolbar } from "../shared/toolbar.js";
import { deeds, places, states } from "./deeds.js";
import { Origins } from "./text.js";
import { viewOver } from "./view.js";

const PAUSE = 30; // milliseconds in which changes are written together
const box = document.querySelector(".edit-form textarea[name=text]");
const toolbar = toolbarOf("visual");

if (box && toolbar) addEditor("visual", editorOver(box));

function editorOver(box) {
  const { form } = box;
  const label = form.querySelector(`label[for="${box.id}"]`);
  const buttons = [...toolbar.querySelectorAll("button")];
  const origins = new Origins();
  const place = document.createElement("div");
  place.className = "visual-editor prose";
  label.id ||= `${box.id}_label`;
  let view = null;
  let isVisual = false;
  let isWriting = false;
  let timer = 0;

  function begin() {
    // As high as the box was, so that nothing under it moves.
    place.style.minHeight = `${box.offsetHeight}px`;
    box.before(place);
    view = viewOver(place, {
      doc: origins.read(box.value),
      form,
      attributes: { role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id, ...described() },
      onChange,
    });
    view.written = () => origins.write(view.state.doc);
    view.dom.addEventListener("blur", flush);
    useToolbar(toolbar, deeds, () => view);
  }

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
      for (const button of group.querySelectorAll("button")) button.hidden = !isHere;
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
    form.toggleAttribute("data-visual", isVisual);
    showState();
  }

  deeds.add("source", () => switchTo("source"));
  box.addEventListener("input", follow);
  // The words above the box lead into it; into what stands there now.
  label.addEventListener("click", (event) => {
    if (!isVisual) return;
    event.preventDefault();
    view.focus();
  });
  /** Go to the block in which the caret of the box stands. */
  function goToCaret() {
    // The focus first: what is selected in an editor without it is not scrolled to.
    view.focus();
    const { tr, doc } = view.state;
    view.dispatch(tr.setSelection(origins.caretAt(doc, box.selectionStart)).scrollIntoView());
  }

  // What leads to a place of the box, such as a finding's line, leads to its block.
  box.addEventListener("focus", () => isVisual && goToCaret());
  for (const name of ["submit", "keydown"]) document.addEventListener(name, (event) => (name === "submit" || event.ctrlKey || event.metaKey) && flush(), true);
  for (const name of ["beforeunload", "pagehide"]) addEventListener(name, flush, true);
  // The text that came back from a page that was left, put in by the browser after the scripts.
  addEventListener("pageshow", follow);

  return {
    open() {
      const hadFocus = document.activeElement === box;
      isVisual = true;
      if (view) follow();
      else begin();
      show();
      // Somebody may have begun to write before this script came.
      if (hadFocus) goToCaret();
    },
    close() {
      flush();
      isVisual = false;
      show();
    },
    focus: goToCaret,
  };
}
