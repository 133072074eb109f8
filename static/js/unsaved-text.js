// Nothing typed is lost in the browser either: leaving with unsaved text asks first; what the server has not is kept.

const LARGEST = 4 * 1024 * 1024; // bytes that the server takes, and gives back when it refuses them
const KEPT_MILLISECONDS = 24 * 3600 * 1000;
const form = document.querySelector(".edit-form");

if (form) {
  const fields = form.elements;
  const text = fields.namedItem("text");
  const summary = fields.namedItem("summary");
  const base = fields.namedItem("base");
  const formKey = fields.namedItem("form_key");
  const note = form.querySelector("[data-kept]");
  const bring = note.querySelector("button");
  const account = encodeURIComponent(fields.namedItem("account").value);
  const key = `text:${account}:${location.pathname}#${fields.namedItem("section").value}`;
  let leaving = false;
  let forgotten = false;

  function isUnsaved() {
    // A text that came back with a refusal or a preview is not saved, though it stands in the form as it came.
    return text.value !== text.defaultValue || summary.value !== summary.defaultValue || "unsaved" in form.dataset;
  }

  // An account's copies outlive the tab, and go when it logs out. Without an account they go with the tab.
  function store() {
    return account ? localStorage : sessionStorage;
  }

  // The storage may be full or switched off; then the text still stands in the form.
  function trying(deed) {
    try {
      return deed();
    } catch {
      return null;
    }
  }

  function keep() {
    if (forgotten) return;
    const copy = { text: text.value, summary: summary.value, base: base.value, formKey: formKey.value, at: Date.now() };
    trying(() => store().setItem(key, JSON.stringify(copy)));
  }

  function drop() {
    trying(() => store().removeItem(key));
  }

  function isOld(copy) {
    return !copy || !(Date.now() - copy.at < KEPT_MILLISECONDS);
  }

  // Another account's copies go as soon as somebody else writes here; who is logged out may come back for theirs.
  function tidy() {
    for (const name of Object.keys(localStorage).filter((name) => name.startsWith("text:"))) {
      const isOthers = account && !name.startsWith(`text:${account}:`);
      if (isOthers || isOld(trying(() => JSON.parse(localStorage.getItem(name))))) localStorage.removeItem(name);
    }
  }

  function kept() {
    const copy = trying(() => JSON.parse(store().getItem(key)));
    const isWorthIt = !isOld(copy) && copy.text.trim() !== text.value.trim();
    if (!isWorthIt) drop();
    return isWorthIt ? copy : null;
  }

  function say(words, offered) {
    note.hidden = false;
    bring.hidden = !offered;
    note.querySelector("[data-kept-words]").textContent = words;
    note.scrollIntoView({ block: "nearest" });
  }

  trying(tidy);
  const copy = kept();
  if (copy) {
    say(note.dataset.found, true);
    bring.addEventListener("click", () => {
      text.value = copy.text;
      summary.value = copy.summary;
      // With the version it started from: what others wrote since is merged, not overwritten.
      base.value = copy.base;
      formKey.value = copy.formKey || formKey.value;
      note.hidden = true;
      text.dispatchEvent(new Event("input", { bubbles: true }));
      text.focus();
    });
  }

  // From drafts.js: the server has not got the text, or has it now.
  form.addEventListener("keephere", keep);
  form.addEventListener("keptthere", drop);
  form.addEventListener("submit", (event) => {
    keep();
    const isTooLarge = new TextEncoder().encode(text.value).length > LARGEST;
    leaving = !isTooLarge && navigator.onLine;
    if (leaving) return;
    event.preventDefault();
    say(isTooLarge ? note.dataset.tooLarge : note.dataset.offline, false);
    if (!isTooLarge) addEventListener("online", () => say(note.dataset.online, false), { once: true });
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && isUnsaved()) event.preventDefault();
  });
  // Back from where the form led: the page may come from the browser's memory, with the text still unsaved.
  addEventListener("pageshow", () => (leaving = false));
  // Whoever logs out in another tab leaves nothing here either; reader.js says so.
  new BroadcastChannel("texts").addEventListener("message", () => {
    forgotten = true;
    drop();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-forgets-texts]")) leaving = forgotten = true;
    // The pieces of a conflict, chosen and sent, hold the text of this form as well.
    if (event.target.matches(".pieces")) leaving = true;
  });
}
