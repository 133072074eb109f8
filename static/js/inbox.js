// The keys of the inbox: each link and button that has one names it. Without it they are pressed as any other.

const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS)) return;
  // Enter presses what has the focus; it is the open item's key only where nothing has it.
  if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return;
  const current = document.querySelector(".inbox__current [type=checkbox]");
  const wanted = event.key === "x" ? current : document.querySelector(`[data-press="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  const asked = document.getElementById(wanted.dataset.asks ?? "");
  // What needs words asks for them first; Enter in their field then does it.
  if (asked && !asked.value.trim()) asked.focus();
  else wanted.click();
});
