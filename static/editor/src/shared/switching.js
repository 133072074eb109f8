// The two editors of the page: one of them stands over the text box, the other is loaded when it is first asked for.
// The box stays the truth: what one has written is there, and the other begins with it.

import { say } from "./saying.js";
import { word } from "./words.js";

const form = document.querySelector(".edit-form");
const editors = new Map();

/** The toolbar of an editor; null where the page has none for it. */
export function toolbarOf(name) {
  return form?.querySelector(`[data-toolbar="${name}"]`) ?? null;
}

/** Add an editor: `open()` puts it over the box, `close()` takes it away, `focus()` goes to where one writes. */
export function addEditor(name, editor) {
  editors.set(name, editor);
  // The one that the page was asked for; the other waits to be.
  if (!toolbarOf(name).hidden) editor.open();
}

/** Load the editor of this name, if it is not here yet. Each is a bundle of its own, with a limit of its own. */
export async function loaded(name) {
  return import(new URL(toolbarOf(name).dataset.script, location));
}

/** Write on in the editor of this name; in the present one when it can't be loaded. */
export async function switchTo(name) {
  try {
    await loaded(name);
  } catch {
    return say(word("other unreachable"));
  }
  say("");
  for (const [other, editor] of editors) {
    if (other === name) continue;
    editor.close();
    toolbarOf(other).hidden = true;
  }
  toolbarOf(name).hidden = false;
  // Read as an attribute: the form's buttons have the name of the property.
  const address = new URL(form.getAttribute("action"), location);
  // A page that is answered with this form shows it in the same editor.
  if (name === "visual") address.searchParams.set("editor", name);
  else address.searchParams.delete("editor");
  form.setAttribute("action", address.pathname + address.search);
  const editor = editors.get(name);
  editor.open();
  form.dispatchEvent(new Event("editor"));
  editor.focus();
}
