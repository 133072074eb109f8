// Chooses "a text of your own" for a piece of a conflict as soon as somebody writes one.
for (const piece of document.querySelectorAll(".piece")) {
  const own = piece.querySelector('input[type="radio"][value="own"]');
  piece.querySelector("textarea").addEventListener("input", () => { own.checked = true; });
}
