// Going from change to change in a comparison: n and p. Without it all changes are there, one below the other.
"use strict";

{
  const ROW = ":is(.compare__changed, .compare__added, .compare__removed, tr.compare__moved)";
  const changes = [];
  for (const row of document.querySelectorAll(`.compare ${ROW}`)) {
    if (!row.previousElementSibling?.matches(ROW)) changes.push(row);
  }
  for (const change of document.querySelectorAll(".shown-change")) changes.push(change);
  let at = -1;

  function go(step) {
    if (!changes.length) return;
    changes[at]?.removeAttribute("data-current");
    at = (at + step + changes.length) % changes.length;
    const change = changes[at];
    change.dataset.current = "yes";
    change.tabIndex = -1;
    change.focus({ preventScroll: true });
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    change.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "n") go(1);
    else if (event.key === "p") go(at < 0 ? 0 : -1);
    else return;
    event.preventDefault();
  });
}
