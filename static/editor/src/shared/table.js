// The table editor: a grid of fields, with rows and columns added and taken away, and the side each column leans to.

import { ask } from "./dialog.js";
import { word } from "./words.js";

const MOST = { rows: 200, columns: 30 };

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function cell(row, column, text) {
  const field = made("input", { autocomplete: "off", "data-cell": "" });
  field.setAttribute("aria-label", row ? word("cell", { row: row + 1, column: column + 1 }) : word("heading of column", { column: column + 1 }));
  field.value = text;
  if (!row && !column) field.dataset.first = "";
  return field;
}

function leaning(column, chosen) {
  const select = made("select", { "aria-label": word("alignment of column", { column: column + 1 }), "data-lean": "" });
  for (const side of ["", "left", "center", "right"]) {
    const option = made("option", { value: side }, word(`align ${side || "none"}`));
    option.selected = side === chosen;
    select.append(option);
  }
  return select;
}

function draw(grid, { rows, leanings }) {
  const line = (name, cells) => made("tr", {}, ...cells.map((each) => made(name, {}, each)));
  grid.replaceChildren(
    made("thead", {}, line("td", leanings.map((side, at) => leaning(at, side))), line("th", rows[0].map((text, at) => cell(0, at, text)))),
    made("tbody", {}, ...rows.slice(1).map((row, at) => line("td", row.map((text, column) => cell(at + 1, column, text))))),
  );
}

function read(grid) {
  const rows = [...grid.querySelectorAll("tr")].slice(1).map((row) => [...row.querySelectorAll("[data-cell]")].map((field) => field.value));
  return { rows, leanings: [...grid.querySelectorAll("[data-lean]")].map((select) => select.value) };
}

function changed({ rows, leanings }, what) {
  const columns = leanings.length;
  const changes = {
    "add-row": () => rows.length < MOST.rows && rows.push(Array(columns).fill("")),
    "remove-row": () => rows.length > 2 && rows.pop(),
    "add-column": () => columns < MOST.columns && [leanings, ...rows].forEach((line) => line.push("")),
    "remove-column": () => columns > 1 && [leanings, ...rows].forEach((line) => line.pop()),
  };
  changes[what]();
  return { rows, leanings };
}

/** Ask for a table: `{ rows, leanings }`, the first row its heading; null when the person went back. */
export async function askForTable(table) {
  let grid;
  const answer = await ask("table", {}, (dialog, signal) => {
    grid = dialog.querySelector("[data-grid]");
    draw(grid, table);
    dialog.addEventListener("click", (event) => {
      const what = event.target.closest("[data-change]")?.dataset.change;
      if (what) draw(grid, changed(read(grid), what));
    }, { signal });
  });
  return answer && read(grid);
}
