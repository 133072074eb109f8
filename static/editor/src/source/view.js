// CodeMirror, made ready for our texts; loaded by whoever has not chosen the plain box.

import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

export function viewOver(box) {
  const view = new EditorView({ state: EditorState.create({ doc: box.value }) });
  box.after(view.dom);
  return view;
}
