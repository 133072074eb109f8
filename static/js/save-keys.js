// Saves with Ctrl+S or Ctrl+Enter (the Command key on a Mac), from anywhere in the form.

const FORMS = ".pieces, .edit-form, .deeds";

// Two changes that meet have two forms: the pieces that are chosen, and the whole texts. Where nobody is in one of
// them, the first is meant: the other would save over what was chosen.
function formOf(event) {
  return event.target.closest?.(FORMS) ?? document.querySelector(FORMS);
}

document.addEventListener("keydown", (event) => {
  const wanted = event.key === "Enter" || event.key.toLowerCase() === "s";
  if (!wanted || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.isComposing) return;
  const form = formOf(event);
  const save = form?.querySelector("button[value='save']");
  if (!save) return;
  // Also when the key repeats: the browser's own "save this page" must not open over a form.
  event.preventDefault();
  if (!event.repeat) form.requestSubmit(save);
});
