// A text box in which source is written: the box alone, or CodeMirror over it. The box stays the truth.

import { say } from "../shared/saying.js";
import { word } from "../shared/words.js";
import { deeds } from "./deeds.js";
import { BoxSurface, ViewSurface } from "./surfaces.js";

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

export class SourceEditor {
  #box;
  #plain;
  #rich = null;
  #isWanted = false;

  /** The plain box, with the keys of the toolbar. */
  constructor(box) {
    this.#box = box;
    this.#plain = new BoxSurface(box);
    /** What is worked on. */
    this.surface = this.#plain;
    box.addEventListener("keydown", (event) => {
      const deed = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
      if (!deed || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      deeds.perform(deed, this.#plain);
    });
    box.addEventListener("paste", (event) => pasted(event, this.#plain));
  }

  get isRich() {
    return Boolean(this.#rich);
  }

  /** CodeMirror over the box. */
  async enrich() {
    const box = this.#box;
    this.#isWanted = true;
    let module;
    try {
      module = await import("./view.js");
    } catch {
      return say(word("unreachable"));
    }
    // Chosen otherwise while it was loading.
    if (this.#rich || !this.#isWanted) return;
    const label = document.querySelector(`label[for="${box.id}"]`);
    label.id ||= `${box.id}_label`;
    const hadFocus = document.activeElement === box;
    const place = document.createElement("div");
    place.className = "source-editor";
    place.style.height = `${box.offsetHeight}px`;
    this.#rich = module.viewOver(box, label, { onPaste: pasted });
    this.#rich.place = place;
    place.append(this.#rich.view.dom);
    box.before(place);
    box.classList.add("source-editor__box");
    box.tabIndex = -1;
    box.setAttribute("aria-hidden", "true");
    this.surface = new ViewSurface(this.#rich.view);
    if (hadFocus) this.surface.focus();
  }

  /** The plain box again. */
  simplify() {
    this.#isWanted = false;
    if (!this.#rich) return;
    const box = this.#box;
    const { place } = this.#rich;
    this.#rich.destroy();
    this.#rich = null;
    this.surface = this.#plain;
    box.classList.remove("source-editor__box");
    box.style.height = place.style.height;
    box.removeAttribute("tabindex");
    box.removeAttribute("aria-hidden");
    place.remove();
  }

  find() {
    this.#rich?.find();
  }
}
