// The keys of the queue: the item that has the focus is the current one. Without it all is reached as on any page.

const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const items = [...document.querySelectorAll(".queue__item")];
// Whoever comes back to one of the lists goes on with its first item.
let place = Math.max(items.indexOf(document.querySelector(":target .queue__item")), 0) - 1;

function go(step) {
  const item = items[place + step];
  if (!item) return;
  place += step;
  item.querySelector("a").focus();
}

function named(key, within) {
  return within?.querySelector(`[data-press="${CSS.escape(key)}"]`);
}

document.addEventListener("focusin", (event) => {
  const item = event.target.closest(".queue__item");
  if (item) place = items.indexOf(item);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS)) return;
  if (event.key === "j") return go(1);
  if (event.key === "k") return go(-1);
  // What stands in an item is only pressed for the current one.
  const wanted = named(event.key, items[place]) ?? named(event.key, document.querySelector(".several"));
  if (!wanted) return;
  event.preventDefault();
  const asked = document.getElementById(wanted.dataset.asks ?? "");
  if (!asked) return wanted.click();
  asked.closest("details").open = true;
  asked.focus();
});
