// CodeMirror, made ready for our texts; loaded by whoever has not chosen the plain box.

import { closeCompletion, completionKeymap, completionStatus } from "@codemirror/autocomplete";
import { history, historyKeymap, indentLess, indentMore, standardKeymap } from "@codemirror/commands";
import { indentUnit } from "@codemirror/language";
import { openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorSelection, EditorState, Prec } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap } from "@codemirror/view";
import { nonce, phrases } from "../shared/words.js";
import { completions } from "./completing.js";
import { deeds } from "./deeds.js";
import { highlighting } from "./highlighting.js";
import { goOnWithList } from "./lists.js";
import { ViewSurface } from "./surfaces.js";

const fromTheBox = Annotation.define();
// Of CodeMirror's keys for searching those that people know from elsewhere; the rest would take keys from the page.
const SEARCH_KEYS = ["Mod-f", "F3", "Mod-g", "Escape"];

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--paper)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55", overscrollBehavior: "auto" },
  ".cm-content": { padding: "0.45rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 0.65rem" },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--mark)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--mark)", outline: "2px solid var(--accent)" },
  ".cm-specialChar": { color: "var(--danger)" },
  ".cm-panels": { color: "var(--ink)", backgroundColor: "var(--wash)", fontFamily: "var(--sans)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panel.cm-search": { display: "flex", flexWrap: "wrap", gap: "0.35rem 0.5rem", alignItems: "center", padding: "0.5rem 2.25rem 0.5rem 0.65rem" },
  ".cm-panel.cm-search br": { display: "block", flexBasis: "100%", height: "0", content: "''" },
  ".cm-panel.cm-search label": { display: "inline-flex", gap: "0.35rem", alignItems: "center", margin: "0", fontSize: "0.85rem", fontWeight: "400" },
  ".cm-panel.cm-search input.cm-textfield": { display: "inline-block", width: "11rem", minHeight: "2rem", margin: "0", padding: "0.15rem 0.5rem", border: "1px solid var(--edge)", borderRadius: "4px", backgroundColor: "var(--paper)", color: "var(--ink)", font: "inherit" },
  ".cm-panel.cm-search .cm-button": { minHeight: "2rem", margin: "0", padding: "0.15rem 0.6rem", border: "1px solid var(--edge)", borderRadius: "4px", background: "var(--paper)", color: "var(--ink)", fontSize: "0.85rem" },
  ".cm-panel.cm-search [name=close]": { top: "0.5rem", right: "0.4rem", width: "2rem", height: "2rem", color: "var(--ink)", fontSize: "1.2rem", cursor: "pointer" },
  ".cm-tooltip": { border: "1px solid var(--edge)", borderRadius: "4px", backgroundColor: "var(--paper)", color: "var(--ink)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { maxHeight: "16rem", fontFamily: "var(--sans)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.3rem 0.6rem", lineHeight: "1.4" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { marginLeft: "0.6rem", color: "inherit", fontStyle: "normal", fontSize: "0.88em" },
});

function key(name, deed) {
  return { key: name, preventDefault: true, run: (view) => (deeds.perform(deed, new ViewSurface(view)), true) };
}

/** These attributes of the box, as far as it has them. */
function sameAs(box, ...names) {
  return Object.fromEntries(names.filter((name) => box.hasAttribute(name)).map((name) => [name, box.getAttribute(name)]));
}

/** The smallest change that makes one text the other: the caret and the undo of the rest stay. */
function difference(old, young) {
  let start = 0;
  let [oldEnd, youngEnd] = [old.length, young.length];
  while (start < oldEnd && start < youngEnd && old[start] === young[start]) start++;
  while (oldEnd > start && youngEnd > start && old[oldEnd - 1] === young[youngEnd - 1]) [oldEnd, youngEnd] = [oldEnd - 1, youngEnd - 1];
  return { from: start, to: oldEnd, insert: young.slice(start, youngEnd) };
}

/**
 * Text typed over a selection: a browser would keep the look of what goes with a style attribute, which the policy of
 * the page refuses, loudly.
 */
function writeOver(event, view) {
  if (event.inputType !== "insertText" || !event.data || view.composing || view.state.selection.main.empty) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}

/** CodeMirror in place of the text box, which stays the truth: each change is written to it at once. */
export function viewOver(box, label, { onPaste }) {
  let isWriting = false;

  function write(update) {
    if (update.focusChanged && !update.view.hasFocus) mirrorSelection(update.state);
    if (!update.docChanged || update.transactions.some((each) => each.annotation(fromTheBox))) return;
    isWriting = true;
    box.value = update.state.doc.toString();
    box.dispatchEvent(new Event("input", { bubbles: true }));
    isWriting = false;
  }

  function mirrorSelection({ selection: { main } }) {
    box.setSelectionRange(main.from, main.to);
  }

  const state = EditorState.create({
    doc: box.value,
    selection: EditorSelection.single(box.selectionStart, box.selectionEnd),
    extensions: [
      EditorState.lineSeparator.of("\n"),
      EditorState.phrases.of(phrases),
      EditorState.tabSize.of(4),
      indentUnit.of("    "),
      EditorView.cspNonce.of(nonce),
      EditorView.lineWrapping,
      EditorView.perLineTextDirection.of(true),
      EditorView.contentAttributes.of({
        "aria-labelledby": label.id,
        tabindex: "0",
        spellcheck: "true",
        autocorrect: "on",
        autocapitalize: "sentences",
        ...sameAs(box, "aria-describedby", "aria-invalid"),
      }),
      EditorView.updateListener.of(write),
      EditorView.domEventHandlers({
        paste: (event, view) => onPaste(event, new ViewSurface(view)),
        beforeinput: writeOver,
      }),
      history(),
      highlightSpecialChars(),
      highlighting,
      completions,
      search({ top: true }),
      theme,
      Prec.high(keymap.of([key("Mod-b", "bold"), key("Mod-i", "italic"), key("Mod-k", "link"), { key: "Enter", run: goOnWithList }])),
      // Before the Enter key of a list: what is offered is taken first.
      Prec.highest(keymap.of([
        ...completionKeymap.filter((each) => each.key !== "Escape"),
        // Only what is shown is closed by it; what is still being looked for must not keep a dialog open.
        { key: "Escape", run: (view) => completionStatus(view.state) === "active" && closeCompletion(view) },
      ])),
      // The Tab key goes on through the page, as it does in the plain box.
      keymap.of([
        ...searchKeymap.filter((each) => SEARCH_KEYS.includes(each.key)),
        ...historyKeymap,
        { key: "Mod-]", run: indentMore, preventDefault: true },
        { key: "Mod-[", run: indentLess, preventDefault: true },
        ...standardKeymap,
      ]),
    ],
  });
  const view = new EditorView({ state });
  const ended = new AbortController();
  const { signal } = ended;

  function followBox() {
    if (isWriting || box.value === view.state.doc.toString()) return;
    view.dispatch({ changes: difference(view.state.doc.toString(), box.value), annotations: fromTheBox.of(true) });
  }

  box.addEventListener("input", followBox, { signal });
  // The browser brings back what a form held, after a reload or from its memory, without a word.
  addEventListener("pageshow", followBox, { signal });
  box.form.addEventListener("reset", () => setTimeout(followBox), { signal });
  // What leads to the box (its label, an error's link, a script) leads here.
  box.addEventListener("focus", () => {
    followBox();
    view.dispatch({ selection: EditorSelection.single(box.selectionStart, box.selectionEnd), scrollIntoView: true });
    view.focus();
  }, { signal });

  return {
    view,
    find: () => openSearchPanel(view),
    destroy() {
      ended.abort();
      mirrorSelection(view.state);
      view.destroy();
    },
  };
}
