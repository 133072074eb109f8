// The source editor: over the text box of the edit form, which stays the truth.

export async function editorOver(box) {
  const { viewOver } = await import("./view.js");
  return viewOver(box);
}
