// The link picker: to a page of the wiki, found by its title, or to an address elsewhere.

import { ask } from "./dialog.js";
import { offerTitles } from "./titles.js";

const ADDRESS = /^(https?:\/\/|mailto:)\S+$/i;

/** Ask where a link leads and what it says; null when the person went back. `isOutside` tells an address elsewhere. */
export async function askForLink({ target = "", label = "" }) {
  const answer = await ask("link", { target, label }, (dialog, signal) => {
    offerTitles(dialog.querySelector("[name=target]"), { signal });
  });
  if (!answer) return null;
  const bare = answer.target.trim().replace(/^www\./i, "https://www.");
  const isOutside = ADDRESS.test(bare);
  const cleaned = isOutside ? bare.replace(/[\s<>()]/g, encodeURIComponent) : bare.replace(/[[\]|{}<>]/g, "");
  return cleaned ? { target: cleaned, label: answer.label.trim(), isOutside } : null;
}
