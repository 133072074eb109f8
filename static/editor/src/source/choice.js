// CodeMirror or the plain box: a choice that is kept. The first one where a finger writes is the plain box: its system's
// own spelling, selecting and dictating are better there.

const CHOICE = "editor";
let now = null;

function chosen() {
  try {
    return now ?? localStorage.getItem(CHOICE);
  } catch {
    return now;
  }
}

/** Whether somebody writes in plain boxes. */
export function isPlain() {
  return (chosen() ?? (matchMedia("(pointer: coarse)").matches ? "plain" : "rich")) === "plain";
}

/** Write in plain boxes from now on, or in CodeMirror. */
export function choosePlain(isWanted) {
  now = isWanted ? "plain" : "rich";
  try {
    localStorage.setItem(CHOICE, now);
  } catch {
    // Not kept, but done.
  }
}
