// Shows what the text will look like while its source is written: the server's own preview, asked for when typing pauses.

const PAUSE = 600;
const form = document.querySelector("form[data-live-preview='yes']");
const shown = document.querySelector("[data-live-place]");
// What the button "Preview" showed stays until the text changes again.
const sent = document.querySelector("[data-sent-preview]");

if (form && shown) {
  const text = form.elements.namedItem("text");
  const place = shown.querySelector("[data-live-content]");
  const state = shown.querySelector("[data-live-state]");
  let timer = 0;
  let asked = null;
  let last = null;

  function say(what) {
    state.textContent = what ? state.dataset[what] : "";
  }

  async function ask() {
    asked?.abort();
    if (text.value === last || shown.hidden) return;
    const asking = text.value;
    if (!asking.replace(/^#+ *$/, "").trim()) {
      last = asking;
      place.replaceChildren();
      return say("");
    }
    asked = new AbortController();
    try {
      const response = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form), signal: asked.signal });
      if (response.status === 429) return later(10 * PAUSE);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      // Sanitized by the server like every article; the page around it stays where it is.
      const parts = page.querySelectorAll("#article-content, .references");
      if (!parts.length) return say("failed");
      last = asking;
      place.replaceChildren(...parts);
      dispatchEvent(new Event("previewed"));
      say("");
    } catch (error) {
      if (error.name !== "AbortError") say("failed");
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
  }

  // What is on its way to be saved would only be previewed against itself.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asked?.abort();
  });
  text.addEventListener("input", () => {
    begin();
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
