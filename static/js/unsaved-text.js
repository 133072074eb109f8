// Nothing typed is lost in the browser either: leaving with unsaved text asks first; a copy of what is sent is kept.

const LARGEST = 4 * 1024 * 1024; // bytes that the server takes, and gives back when it refuses them
const KEPT_MILLISECONDS = 24 * 3600 * 1000;
const form = document.querySelector(".edit-form");

if (form) {
  const fields = form.elements;
  const text = fields.namedItem("text");
  const summary = fields.namedItem("summary");
  const base = fields.namedItem("base");
  const note = form.querySelector("[data-kept]");
  const bring = note.querySelector("button");
  const key = `text:${location.pathname}#${fields.namedItem("section").value}`;
  let leaving = false;

  function isUnsaved() {
    // A text that came back with a refusal or a preview is not saved, though it stands in the form as it came.
    return text.value !== text.defaultValue || summary.value !== summary.defaultValue || "unsaved" in form.dataset;
  }

  // The storage may be full or switched off; then the text still stands in the form.
  function keep() {
    try {
      const copy = { text: text.value, summary: summary.value, base: base.value, at: Date.now() };
      sessionStorage.setItem(key, JSON.stringify(copy));
    } catch {
      return;
    }
  }

  function kept() {
    try {
      const copy = JSON.parse(sessionStorage.getItem(key));
      const isWorthIt = copy && copy.text.trim() !== text.value.trim() && Date.now() - copy.at < KEPT_MILLISECONDS;
      if (!isWorthIt) sessionStorage.removeItem(key);
      return isWorthIt ? copy : null;
    } catch {
      return null;
    }
  }

  function say(words, offered) {
    note.hidden = false;
    bring.hidden = !offered;
    note.querySelector("[data-kept-words]").textContent = words;
    note.scrollIntoView({ block: "nearest" });
  }

  const copy = kept();
  if (copy) {
    say(note.dataset.found, true);
    bring.addEventListener("click", () => {
      text.value = copy.text;
      summary.value = copy.summary;
      // With the version it started from: what others wrote since is merged, not overwritten.
      base.value = copy.base;
      note.hidden = true;
      text.dispatchEvent(new Event("input"));
      text.focus();
    });
  }

  form.addEventListener("submit", (event) => {
    keep();
    const isTooLarge = new TextEncoder().encode(text.value).length > LARGEST;
    leaving = !isTooLarge && navigator.onLine;
    if (leaving) return;
    event.preventDefault();
    say(isTooLarge ? note.dataset.tooLarge : note.dataset.offline, false);
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && isUnsaved()) event.preventDefault();
  });
  // Back from where the form led: the page may come from the browser's memory, with the text still unsaved.
  addEventListener("pageshow", () => (leaving = false));
}
