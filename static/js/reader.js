// What makes reading nicer: chosen colours, contents that follow, suggestions while searching. Not a module and not
// deferred: the first lines must have run before anything is painted.
"use strict";

{
  const root = document.documentElement;
  const THEME = "theme";
  const darkSystem = matchMedia("(prefers-color-scheme: dark)");

  root.dataset.scripts = "on";

  // --- Colours: the system's, until the reader chooses the other ones -----------------------------------------

  // Storage may be switched off; then the choice lasts as long as the page.
  const kept = (() => {
    try {
      return localStorage.getItem(THEME);
    } catch {
      return null;
    }
  })();
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : darkSystem.matches;
  }

  function chooseColours(dark) {
    const likeSystem = dark === darkSystem.matches;
    if (likeSystem) delete root.dataset.theme;
    else root.dataset.theme = dark ? "dark" : "light";
    try {
      if (likeSystem) localStorage.removeItem(THEME);
      else localStorage.setItem(THEME, root.dataset.theme);
    } catch {
      // Not kept, but shown.
    }
  }

  function offerColours(button) {
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    show();
    darkSystem.addEventListener("change", show);
    button.addEventListener("click", () => {
      chooseColours(!isDark());
      show();
    });
  }

  // --- Texts that this browser keeps (unsaved-text.js): gone with whoever logs out, in every tab ---------------

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-forgets-texts]")) return;
    try {
      for (const store of [localStorage, sessionStorage]) {
        for (const name of Object.keys(store)) if (name.startsWith("text:")) store.removeItem(name);
      }
    } catch {
      // What may not be looked into holds nothing of ours.
    }
    new BroadcastChannel("texts").postMessage("forget");
  });

  // --- Contents: folded where narrow, open at the side, marking the section in view ------------------------------

  function followReading(contents) {
    const folding = contents.querySelector("details");
    const beside = matchMedia("(min-width: 1100px)");
    const unfold = () => (folding.open = beside.matches);
    unfold();
    folding.dataset.foldable = "";
    beside.addEventListener("change", unfold);

    const links = [...contents.querySelectorAll("a")];
    const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
    let marked = null;
    let waiting = false;

    function mark() {
      waiting = false;
      const line = innerHeight / 4;
      const below = headings.findIndex((heading) => heading && heading.getBoundingClientRect().top > line);
      const link = links[below < 0 ? links.length - 1 : below - 1];
      if (link === marked) return;
      marked?.removeAttribute("aria-current");
      link?.setAttribute("aria-current", "true");
      marked = link;
      // The list may be longer than the screen; scrollIntoView would move the page too.
      if (link && beside.matches && contents.scrollHeight > contents.clientHeight) {
        contents.scrollTop = link.offsetTop - contents.offsetTop - contents.clientHeight / 2;
      }
    }

    addEventListener(
      "scroll",
      () => {
        if (!waiting) requestAnimationFrame(mark);
        waiting = true;
      },
      { passive: true },
    );
    addEventListener("load", mark);
  }

  // --- Search: suggestions from the server, as the combobox of WAI-ARIA 1.2 -------------------------------------

  function suggestWhileTyping(words) {
    const { suggestUrl, suggestLabel, suggestNone, suggestOne, suggestMany } = words.dataset;
    const list = document.createElement("ul");
    list.id = `${words.id}-suggestions`;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", suggestLabel);
    // Says how many there are: a list that appears is seen, not heard.
    const count = document.createElement("span");
    count.className = "visually-hidden";
    count.setAttribute("role", "status");
    words.after(list, count);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
      words.setAttribute(name, value);
    }

    const answers = new Map();
    let chosen = -1;
    let timer = 0;
    let asked = null;

    // Who walks through the list chooses from what is seen: a late answer would take the choice away, and Enter would search.
    function stopAsking() {
      clearTimeout(timer);
      asked?.abort();
    }

    function close() {
      stopAsking();
      list.hidden = true;
      count.textContent = "";
      choose(-1);
      words.setAttribute("aria-expanded", "false");
    }

    function choose(at) {
      list.children[chosen]?.setAttribute("aria-selected", "false");
      chosen = at;
      const option = list.children[at];
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      if (option) words.setAttribute("aria-activedescendant", option.id);
      else words.removeAttribute("aria-activedescendant");
    }

    function option([title, description, url], at) {
      const item = document.createElement("li");
      item.id = `${list.id}-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.url = url;
      item.textContent = title;
      if (description) {
        const line = document.createElement("span");
        line.className = "suggestions__description";
        line.textContent = description;
        item.append(" ", line);
      }
      return item;
    }

    function show([, titles, descriptions, urls]) {
      list.replaceChildren(...titles.map((title, at) => option([title, descriptions[at], urls[at]], at)));
      choose(-1);
      list.hidden = !titles.length;
      words.setAttribute("aria-expanded", String(!list.hidden));
      count.textContent = [suggestNone, suggestOne][titles.length] ?? suggestMany.replace("0", titles.length);
    }

    async function ask() {
      const query = words.value.trim();
      stopAsking();
      if (!query) return close();
      if (answers.has(query)) return show(answers.get(query));
      asked = new AbortController();
      try {
        const response = await fetch(`${suggestUrl}?q=${encodeURIComponent(query)}`, { signal: asked.signal });
        if (!response.ok) return close();
        answers.set(query, await response.json());
        // The person may have typed on, or gone on, while the answer was under way.
        if (words.value.trim() === query && document.activeElement === words) show(answers.get(query));
      } catch (error) {
        // Typed on, or offline: then what is shown belongs to other words, and the form still searches.
        if (error.name !== "AbortError") close();
      }
    }

    words.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 120);
    });
    words.addEventListener("blur", close);
    words.addEventListener("keydown", (event) => {
      const { key } = event;
      const most = list.children.length - 1;
      if (event.isComposing) return;
      if (list.hidden) {
        if ((key !== "ArrowDown" && key !== "ArrowUp") || !words.value.trim()) return;
        ask();
      } else if (key === "ArrowUp" && event.altKey) close();
      else if (key === "ArrowDown" || key === "ArrowUp") {
        stopAsking();
        if (key === "ArrowUp") choose(chosen < 0 ? most : chosen - 1);
        else if (!event.altKey) choose(chosen < most ? chosen + 1 : -1);
      }
      else if (key === "Escape") close();
      else if (key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.url);
      else return;
      event.preventDefault();
    });
    // The field keeps the focus, and the list stays until the finger or the button is up again where it went down.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item) location.assign(item.dataset.url);
    });
  }

  // --- Keys and tables -------------------------------------------------------------------------------------------

  function isWriting(element) {
    return element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
  }

  function searchByKey(words) {
    document.addEventListener("keydown", (event) => {
      if (event.key !== words.dataset.key || event.ctrlKey || event.altKey || event.metaKey || isWriting(event.target)) return;
      event.preventDefault();
      words.focus();
      words.select();
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".theme-switch").forEach(offerColours);
    document.querySelectorAll(".article > .contents").forEach(followReading);
    document.querySelectorAll("[data-suggest-url]").forEach(suggestWhileTyping);
    document.querySelectorAll("[data-key]").forEach(searchByKey);
  });

  // A table wider than the column scrolls in its own box; the keyboard must reach the box. Not before the sheet is here;
  // again when the window is another one, or a preview has come.
  function reachTables() {
    for (const table of document.querySelectorAll(".prose table")) {
      if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
    }
  }
  for (const moment of ["load", "resize", "previewed"]) addEventListener(moment, reachTables);
}
