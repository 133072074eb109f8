// Shows the marks of our texts in the site's colours: what is in view, and no more.

import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin } from "@codemirror/view";
import { marksOf, sortsOf } from "./dialect.js";

const LONGEST = 5000; // characters of a line that are looked at

const styles = new Map();
function styled(name) {
  if (!styles.has(name)) styles.set(name, Decoration.mark({ class: `cm-mark-${name}` }));
  return styles.get(name);
}

function placesIn(view, sorts) {
  const builder = new RangeSetBuilder();
  let last = 0;
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      at = line.to + 1;
      if (line.number <= last || !line.length) continue;
      last = line.number;
      const sort = sorts[line.number - 1];
      const found = sort === "text" ? marksOf(line.text.slice(0, LONGEST)) : [[0, line.length, sort]];
      // Ordered by their beginning, the longer one first: so they nest.
      found.sort((one, other) => one[0] - other[0] || other[1] - one[1]);
      for (const [start, end, name] of found) builder.add(line.from + start, line.from + end, styled(name));
    }
  }
  return builder.finish();
}

const plugin = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.sorts = sortsOf(view.state.doc.iterLines());
      this.decorations = placesIn(view, this.sorts);
    }

    update({ docChanged, viewportChanged, view }) {
      if (docChanged) this.sorts = sortsOf(view.state.doc.iterLines());
      if (docChanged || viewportChanged) this.decorations = placesIn(view, this.sorts);
    }
  },
  { decorations: (value) => value.decorations },
);

const theme = EditorView.theme({
  ".cm-mark-heading-1, .cm-mark-heading-2": { fontWeight: "700", fontSize: "1.15em" },
  ".cm-mark-heading-3, .cm-mark-heading-4, .cm-mark-strong": { fontWeight: "700" },
  ".cm-mark-emphasis": { fontStyle: "italic" },
  ".cm-mark-page, .cm-mark-link": { color: "var(--accent)" },
  ".cm-mark-page": { textDecoration: "underline", textDecorationThickness: "1px", textUnderlineOffset: "0.2em" },
  ".cm-mark-template, .cm-mark-category": { color: "var(--amber)" },
  ".cm-mark-source, .cm-mark-note": { color: "var(--visited)" },
  ".cm-mark-code": { backgroundColor: "var(--wash)" },
  ".cm-mark-sign, .cm-mark-tag, .cm-mark-escape": { color: "var(--quiet)", fontWeight: "400", fontStyle: "normal" },
});

/** Whether a line, by its number from 1, is code, where no mark means anything. */
export function isCode(view, number) {
  return view.plugin(plugin)?.sorts[number - 1] === "code";
}

export const highlighting = [plugin, theme];
