// What the server hands to the editors: words in the reader's language, addresses, the nonce for their style sheets.

const said = document.querySelector("template[data-editor-words]");

export const addresses = { titles: said?.dataset.titlesUrl, text: said?.dataset.textUrl };
// Read as a property: browsers hide the attribute.
export const nonce = document.querySelector("script[data-editor]")?.nonce ?? "";

const words = Object.fromEntries([...(said?.content.children ?? [])].map((element) => [element.dataset.word, element.textContent.trim()]));

/** The words of this name, with `{names}` in them filled in. */
export function word(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** Words for CodeMirror, which asks by its own English ones. */
export const phrases = words;
