// The source editor: over the text box of the edit form, which stays the truth. The plain box is a choice that is kept,
// and the first one where a finger writes: its system's own spelling, selecting and dictating are better there.

import { addDeed, perform, useToolbar } from "../shared/toolbar.js";
import { word } from "../shared/words.js";
import "./deeds.js";
import { keepInStep } from "./scrolling.js";
import { BoxSurface, ViewSurface } from "./surfaces.js";

const CHOICE = "editor";
const box = document.querySelector(".edit-form textarea[name=text]");
const toolbar = document.querySelector("[data-toolbar]");

function chosen() {
  try {
    return localStorage.getItem(CHOICE);
  } catch {
    return null;
  }
}

function choose(choice) {
  try {
    localStorage.setItem(CHOICE, choice);
  } catch {
    // Not kept, but done.
  }
}

if (box && toolbar) {
  const plainSwitch = toolbar.querySelector("[data-deed='plain']");
  const findButton = toolbar.querySelector("[data-deed='find']");
  const said = document.createElement("p");
  said.className = "editor-said";
  said.setAttribute("role", "status");
  box.after(said);
  const label = document.querySelector(`label[for="${box.id}"]`);
  label.id ||= `${box.id}_label`;
  const plain = new BoxSurface(box);
  let rich = null;
  let surface = plain;

  function say(what) {
    said.textContent = what;
  }

  // The clipboard is open during the event only: it is read at once, and what reads HTML is loaded for it.
  function pasted(event, where) {
    const html = event.clipboardData?.getData("text/html");
    const words = event.clipboardData?.getData("text/plain") ?? "";
    if (!html) return false;
    event.preventDefault();
    import("./pasting.js").then(({ markdownOf }) => markdownOf(html)).catch(() => null).then((markdown) => {
      const { from, to } = where.selected;
      const insert = (markdown ?? words).replace(/\r\n?/g, "\n");
      if (insert) where.change({ from, to, insert, selectFrom: from + insert.length, selectTo: from + insert.length });
      say(markdown === null ? "" : word("pasted"));
    });
    return true;
  }

  async function enrich() {
    let module;
    try {
      module = await import("./view.js");
    } catch {
      return say(word("unreachable"));
    }
    // Chosen otherwise while it was loading.
    if (rich || plainSwitch.getAttribute("aria-pressed") === "true") return;
    const hadFocus = document.activeElement === box;
    const place = document.createElement("div");
    place.className = "source-editor";
    place.style.height = `${box.offsetHeight}px`;
    rich = module.viewOver(box, label, { onPaste: pasted });
    place.append(rich.view.dom);
    box.before(place);
    box.classList.add("source-editor__box");
    box.tabIndex = -1;
    box.setAttribute("aria-hidden", "true");
    surface = new ViewSurface(rich.view);
    rich.place = place;
    findButton.disabled = false;
    if (hadFocus) rich.view.focus();
  }

  function simplify() {
    if (!rich) return;
    const { place } = rich;
    rich.destroy();
    rich = null;
    surface = plain;
    box.classList.remove("source-editor__box");
    box.style.height = place.style.height;
    box.removeAttribute("tabindex");
    box.removeAttribute("aria-hidden");
    place.remove();
    findButton.disabled = true;
  }

  addDeed("find", () => rich?.find());
  addDeed("plain", async () => {
    const isPlain = plainSwitch.getAttribute("aria-pressed") !== "true";
    plainSwitch.setAttribute("aria-pressed", String(isPlain));
    choose(isPlain ? "plain" : "rich");
    if (isPlain) simplify();
    else await enrich();
  });

  // The plain box is searched by the browser's own means. Not hidden: its place is kept until CodeMirror is here.
  useToolbar(toolbar, () => surface);
  findButton.disabled = true;
  const preview = document.querySelector("[data-live-place]");
  if (preview) keepInStep(() => surface, preview);

  box.addEventListener("keydown", (event) => {
    const deed = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
    if (!deed || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    perform(deed, plain);
  });
  box.addEventListener("paste", (event) => pasted(event, plain));

  const isPlain = (chosen() ?? (matchMedia("(pointer: coarse)").matches ? "plain" : "rich")) === "plain";
  plainSwitch.setAttribute("aria-pressed", String(isPlain));
  if (!isPlain) enrich();
}
