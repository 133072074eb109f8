// The line under the text in which an editor says what it did, or could not do.

const box = document.querySelector(".edit-form textarea[name=text]");
const line = document.createElement("p");
line.className = "editor-said";
line.setAttribute("role", "status");
// There before anything is said in it: what comes with its words is not read out.
box?.after(line);

/** Say this; nothing, to take back what was said. */
export function say(words) {
  line.textContent = words;
}
