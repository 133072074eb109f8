// Gives the admin's field for an author its name: the box that the library makes in its place comes without one.
"use strict";

// After the library's own, which waits for the same.
django.jQuery(() => {
  const label = document.querySelector("label[for=by-author]");
  const box = document.getElementById("select2-by-author-container");
  if (label && box) box.setAttribute("aria-label", label.textContent.trim());
});
