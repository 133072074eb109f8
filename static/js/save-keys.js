// Saves with Ctrl+S or Ctrl+Enter (the Command key on a Mac), from anywhere in the edit form.

const form = document.querySelector(".edit-form");
const save = form?.querySelector("button[value='save']");

document.addEventListener("keydown", (event) => {
  const wanted = event.key === "Enter" || event.key.toLowerCase() === "s";
  if (!save || !wanted || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.isComposing) return;
  // Also when the key repeats: the browser's own "save this page" must not open over a form.
  event.preventDefault();
  if (!event.repeat) form.requestSubmit(save);
});
