// Titles of pages that begin with what somebody types, redirects included: asked of the server, offered under a field.

import { addresses, word } from "./words.js";

const PAUSE = 120;
const answers = new Map();

/** Pages whose title, or another name of theirs, begins like this: `{ title, description }`, best first. */
export async function titlesLike(beginning, signal) {
  const asked = beginning.trim();
  if (!asked) return [];
  if (!answers.has(asked)) {
    const response = await fetch(`${addresses.titles}?q=${encodeURIComponent(asked)}`, { signal });
    if (!response.ok) return [];
    const [, titles, descriptions] = await response.json();
    answers.set(asked, titles.map((title, at) => ({ title, description: descriptions[at] })));
  }
  return answers.get(asked);
}

/** Offer titles under a field while somebody types in it, as the combobox of WAI-ARIA 1.2; until `signal` ends it. */
export function offerTitles(field, { prefix = "", signal }) {
  const list = field.parentElement.querySelector("[role=listbox]");
  const count = field.parentElement.querySelector("[role=status]");
  let chosen = -1;
  let timer = 0;
  let asked = new AbortController();

  function choose(at) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = at;
    const option = list.children[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function show(found) {
    list.replaceChildren(...found.map(({ title, description }, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.title = title.slice(prefix.length);
      option.textContent = option.dataset.title;
      if (description) {
        const line = document.createElement("span");
        line.className = "suggestions__description";
        line.textContent = description;
        option.append(" ", line);
      }
      return option;
    }));
    choose(-1);
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
  }

  // Who walks through the list chooses from what is seen: a late answer would take the choice away.
  function stopAsking() {
    clearTimeout(timer);
    asked.abort();
  }

  function close() {
    stopAsking();
    show([]);
    count.textContent = "";
  }

  function take(option) {
    field.value = option.dataset.title;
    close();
  }

  async function look() {
    asked.abort();
    asked = new AbortController();
    try {
      const found = await titlesLike(prefix + field.value.trim(), asked.signal);
      const fitting = found.filter(({ title }) => title.startsWith(prefix));
      show(fitting);
      if (field.value.trim()) count.textContent = word("titles found", { number: fitting.length });
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  close();
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  }, { signal });
  field.addEventListener("keydown", (event) => {
    const most = list.children.length - 1;
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      stopAsking();
      if (event.key === "ArrowDown") choose(chosen < most ? chosen + 1 : -1);
      else choose(chosen < 0 ? most : chosen - 1);
    } else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
    else return;
    event.preventDefault();
  }, { signal });
  list.addEventListener("mousedown", (event) => event.preventDefault(), { signal });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  }, { signal });
  signal.addEventListener("abort", close);
  if (field.value.trim()) look();
}
