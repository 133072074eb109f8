// Leads from what edit checks point out to its line in the text: the cursor goes there, the line is marked.

const text = document.querySelector(".edit-form textarea[name='text']");

function rangeOf(line) {
  let start = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.value.indexOf("\n", start);
    if (end < 0) break;
    start = end + 1;
  }
  const end = text.value.indexOf("\n", start);
  return [start, end < 0 ? text.value.length : end];
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (!link || !text) return;
  event.preventDefault();
  const [start, end] = rangeOf(Number(link.dataset.line));
  // The selection first: an editor over the box takes both over when it is given the focus.
  text.setSelectionRange(start, end);
  text.focus({ preventScroll: true });
  if (document.activeElement !== text) return;
  // Long lines wrap, so the place is only about there; half a window around it makes up for that.
  const share = text.value.length ? start / text.value.length : 0;
  text.scrollTop = share * text.scrollHeight - text.clientHeight / 2;
  text.scrollIntoView({ block: "center" });
});
