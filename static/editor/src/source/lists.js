// The Enter key within a list begins the next point; in an empty point it ends the list.

import { isCode } from "./highlighting.js";

const POINT = /^(\s*)([-*+]|(\d{1,9})([.)]))( +)(.*)$/;

export function goOnWithList(view) {
  const { state } = view;
  const { main } = state.selection;
  const line = state.doc.lineAt(main.head);
  const found = main.empty && POINT.exec(line.text);
  if (!found || isCode(view, line.number)) return false;
  const [, indent, sign, number, dot, space, words] = found;
  if (main.head < line.from + indent.length + sign.length + space.length) return false;
  const change = words.trim()
    ? { from: main.head, insert: `\n${indent}${number ? `${Number(number) + 1}${dot}` : sign}${space}` }
    : { from: line.from, to: line.to, insert: "" };
  view.dispatch({ changes: change, selection: { anchor: change.from + change.insert.length }, scrollIntoView: true, userEvent: "input" });
  return true;
}
