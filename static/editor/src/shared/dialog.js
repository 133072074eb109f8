// Questions in a <dialog> that the server wrote: filled in, shown, and answered with what its fields hold.

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && field.type !== "submit");
}

/**
 * Ask with the dialog of this name. `values` fill its fields; `prepare(dialog)` may make more of it before it opens.
 * The answer is the values of its fields and `pressed`, the button that closed it; null when the person went back.
 */
export function ask(name, values = {}, prepare = () => {}) {
  const dialog = document.querySelector(`dialog[data-dialog="${name}"]`);
  const form = dialog.querySelector("form");
  form.reset();
  for (const field of fieldsOf(form)) if (field.name in values) field.value = values[field.name];
  const ended = new AbortController();
  prepare(dialog, ended.signal);
  dialog.returnValue = "";
  dialog.showModal();
  (dialog.querySelector("[data-first]") ?? fieldsOf(form)[0])?.focus();

  dialog.addEventListener(
    "keydown",
    (event) => {
      // The keys that save the page mean this dialog while it is open.
      if (!(event.ctrlKey || event.metaKey) || !["Enter", "s"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter") form.requestSubmit(form.querySelector("[type=submit]"));
    },
    { signal: ended.signal },
  );
  return new Promise((answer) => {
    dialog.addEventListener(
      "close",
      () => {
        ended.abort();
        const pressed = dialog.returnValue;
        if (!pressed || pressed === "cancel") return answer(null);
        answer({ ...Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value])), pressed });
      },
      { once: true },
    );
  });
}
