// Shows what the text will look like while its source is written, and what is worth a look in it: the server's own
// preview and its own checks, asked for when typing pauses.

const PAUSE = 600;
const QUIET = 2500; // milliseconds without a key until a screen reader is told: nobody can listen while they type
const form = document.querySelector("form[data-live-preview='yes']");
const shown = document.querySelector("[data-live-place]");
// What the button "Preview" showed stays until the text changes again.
const sent = document.querySelector("[data-sent-preview]");

if (form && shown) {
  const text = form.elements.namedItem("text");
  const place = shown.querySelector("[data-live-content]");
  const state = shown.querySelector("[data-live-state]");
  const said = document.querySelector("[data-live-said]");
  const findings = document.querySelector("[data-live-findings]");
  let timer = 0;
  let telling = 0;
  let asked = null;
  let last = null;
  let hasTyped = false;

  function say(what) {
    state.textContent = what ? state.dataset[what] : "";
  }

  function tell(...words) {
    clearTimeout(telling);
    said.textContent = "";
    if (words.length) telling = setTimeout(() => (said.textContent = words.join(" ")), QUIET);
  }

  /** List what is worth a look; folded once, it stays folded. */
  function list(found) {
    const number = found?.querySelectorAll("q").length ?? 0;
    const words = number ? findings.dataset.number.replace("{number}", number) : "";
    findings.hidden = !number;
    findings.querySelector("summary").textContent = words;
    findings.querySelector("[data-live-found]").replaceChildren(...(found ? [found] : []));
    return words;
  }

  function fail() {
    say("failed");
    tell(state.dataset.failed);
  }

  async function ask() {
    asked?.abort();
    if (text.value === last || shown.hidden) return;
    const asking = text.value;
    if (!asking.replace(/^#+ *$/, "").trim()) {
      last = asking;
      place.replaceChildren();
      list(null);
      return say("");
    }
    asked = new AbortController();
    try {
      const response = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form), signal: asked.signal });
      if (response.status === 429) return later(10 * PAUSE);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      // Sanitized by the server like every article; the page around it stays where it is.
      const parts = page.querySelectorAll("#article-content, .references");
      if (!parts.length) return fail();
      last = asking;
      place.replaceChildren(...parts);
      const words = list(page.querySelector(".findings__list"));
      dispatchEvent(new Event("previewed"));
      say("");
      if (hasTyped) tell(said.dataset.updated, words);
    } catch (error) {
      if (error.name !== "AbortError") fail();
    }
  }

  function later(pause = PAUSE) {
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  }

  // Who writes in the visual editor sees it already.
  function begin() {
    sent?.remove();
    shown.hidden = "visual" in form.dataset;
    if (shown.hidden) findings.hidden = true;
  }

  // What is on its way to be saved would only be previewed against itself.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asked?.abort();
  });
  text.addEventListener("input", () => {
    begin();
    hasTyped = true;
    tell();
    say("waiting");
    later();
  });
  form.addEventListener("editor", () => {
    begin();
    later(0);
  });
  if (!sent) {
    begin();
    later(0);
  }
}
