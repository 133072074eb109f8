// The toolbar: one stop for the Tab key, arrows within. What a button does is a deed of its name, added by a feature;
// a button whose deed nobody added is not shown.

/** What the buttons of one editor do, by their names. */
export class Deeds {
  #runs = new Map();

  /** Add what the button `data-deed="name"` does; it is called with what the person works on. */
  add(name, run) {
    this.#runs.set(name, run);
  }

  has(name) {
    return this.#runs.has(name);
  }

  /** Do a deed by its name: from a key, as from its button. */
  perform(name, surface) {
    return this.#runs.get(name)?.(surface);
  }
}

/** Bring a toolbar to life; `surfaceNow` tells what is being worked on when a button is pressed. */
export function useToolbar(toolbar, deeds, surfaceNow) {
  const buttons = [...toolbar.querySelectorAll("button")];
  for (const button of buttons) if (!deeds.has(button.dataset.deed)) button.hidden = true;
  const shown = () => buttons.filter((button) => !button.hidden && !button.disabled);

  function stopAt(button) {
    for (const each of buttons) each.tabIndex = each === button ? 0 : -1;
  }

  function move(step) {
    const all = shown();
    const next = all.at((all.indexOf(document.activeElement) + step) % all.length);
    stopAt(next);
    next.focus();
  }

  const isRightToLeft = getComputedStyle(toolbar).direction === "rtl";
  const steps = { ArrowRight: isRightToLeft ? -1 : 1, ArrowLeft: isRightToLeft ? 1 : -1 };
  toolbar.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const all = shown();
    if (event.key in steps) move(steps[event.key]);
    else if (event.key === "Home") move(-all.indexOf(document.activeElement));
    else if (event.key === "End") move(all.length - 1 - all.indexOf(document.activeElement));
    else return;
    event.preventDefault();
  });
  // The text keeps its focus and its selection under the mouse; the keyboard's way to a button is its own.
  toolbar.addEventListener("mousedown", (event) => event.preventDefault());
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    stopAt(button);
    deeds.perform(button.dataset.deed, surfaceNow());
  });
  // A button that goes, such as those of a table, must not take the only stop with it.
  function keepStop() {
    const all = shown();
    if (all.length && !all.some((button) => button.tabIndex === 0)) stopAt(all[0]);
  }

  new MutationObserver(keepStop).observe(toolbar, { attributeFilter: ["hidden", "disabled"], subtree: true });
  stopAt(shown()[0]);
  toolbar.dataset.ready = "";
}
