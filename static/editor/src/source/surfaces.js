// What a person works on, in two forms that answer alike: the plain text box, and CodeMirror over it.
// A change is `{ from, to, insert, selectFrom, selectTo }`; the last two say what is selected after it.

/** The plain text box. */
export class BoxSurface {
  constructor(box) {
    this.box = box;
  }

  get selected() {
    return { text: this.box.value, from: this.box.selectionStart, to: this.box.selectionEnd };
  }

  change({ from, to, insert, selectFrom, selectTo }) {
    const { box } = this;
    const { scrollTop } = box;
    box.focus();
    box.setSelectionRange(from, to);
    // Old as it is, this command alone leaves the browser's own undo whole; it tells the page by an event of its own.
    const isDone = document.execCommand(insert ? "insertText" : "delete", false, insert);
    if (!isDone && from + insert.length !== to) {
      box.setRangeText(insert, from, to, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (selectFrom !== undefined) box.setSelectionRange(selectFrom, selectTo);
    box.scrollTop = scrollTop;
  }

  focus() {
    this.box.focus();
  }

  get scroller() {
    return this.box;
  }

  /** Where a line stands, in pixels from the top of the text; lines of a box can't be asked, so as if all were alike. */
  topOfLine(number) {
    return (number / Math.max(1, this.box.value.split("\n").length)) * this.box.scrollHeight;
  }
}

/** CodeMirror. */
export class ViewSurface {
  constructor(view) {
    this.view = view;
  }

  get selected() {
    const { from, to } = this.view.state.selection.main;
    return { text: this.view.state.doc.toString(), from, to };
  }

  change({ from, to, insert, selectFrom, selectTo }) {
    const selection = selectFrom === undefined ? undefined : { anchor: selectFrom, head: selectTo };
    this.view.dispatch({ changes: { from, to, insert }, selection, scrollIntoView: true, userEvent: "input" });
    this.view.focus();
  }

  focus() {
    this.view.focus();
  }

  get scroller() {
    return this.view.scrollDOM;
  }

  /** Where a line stands, in pixels from the top of the text. */
  topOfLine(number) {
    const { doc } = this.view.state;
    return this.view.lineBlockAt(doc.line(Math.min(number + 1, doc.lines)).from).top;
  }
}
