// What is offered while one types. A feature adds a source of its own, such as citations, with `addCompletions`.

import { autocompletion } from "@codemirror/autocomplete";
import { titlesLike } from "../shared/titles.js";

const sources = [];

/** Add a source of completions, as CodeMirror knows them. */
export function addCompletions(source) {
  sources.push(source);
}

/** Titles of pages behind "[[", those that another name leads to included. */
async function titles(context) {
  const begun = context.matchBefore(/\[\[[^[\]|#\n]*/);
  if (!begun || (begun.text.length < 3 && !context.explicit)) return null;
  const asked = new AbortController();
  context.addEventListener("abort", () => asked.abort());
  let found = [];
  try {
    found = await titlesLike(begun.text.slice(2), asked.signal);
  } catch {
    return null;
  }
  return {
    from: begun.from + 2,
    // The server has chosen, by other names and through mistypings; its order is the better one.
    filter: false,
    options: found.map(({ title, description }) => ({ label: title, detail: description, apply: closed })),
  };
}

function closed(view, { label }, from, to) {
  const isClosed = view.state.sliceDoc(to, to + 2) === "]]";
  const insert = isClosed ? label : `${label}]]`;
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + label.length + 2 },
    userEvent: "input.complete",
  });
}

addCompletions(titles);

export const completions = autocompletion({ override: sources, defaultKeymap: false, activateOnTypingDelay: 150, icons: false, maxRenderedOptions: 20 });
