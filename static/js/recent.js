// Keeps the list of recent changes fresh while its button is pressed. Without it a link looks for newer ones.

const SECONDS = 30;
const MOST_ROWS = 200;
const button = document.getElementById("fresh");
const list = document.getElementById("changes");
const said = document.getElementById("fresh-said");

async function look() {
  if (document.hidden) return; // Nobody sees it.
  const query = new URLSearchParams(button.dataset.query);
  query.set("after", list.firstElementChild.dataset.number);
  const answer = await fetch(`?${query}`).catch(() => null);
  if (!answer?.ok) return; // The next time, perhaps.
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const newer = [...page.querySelectorAll("#changes > li")];
  if (!newer.length) return;
  list.prepend(...newer.map((row) => document.importNode(row, true)));
  while (list.children.length > MOST_ROWS) list.lastElementChild.remove();
  said.textContent = `${button.dataset.said} ${newer.length}`;
}

let timer = 0;
button?.addEventListener("click", () => {
  const isOn = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(isOn));
  clearInterval(timer);
  if (isOn) {
    timer = setInterval(look, SECONDS * 1000);
    look();
  }
});
