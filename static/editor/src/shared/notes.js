// Footnotes: what a new one says, and under which name.

import { ask } from "./dialog.js";
import { addresses } from "./words.js";

/** The number for one more note, which none of these texts uses. */
export function freeNote(...texts) {
  const used = texts.flatMap((text) => [...text.matchAll(/\[\^([^\]\s]+)\]/g)].map((found) => Number(found[1])));
  return String(Math.max(0, ...used.filter(Number.isInteger)) + 1);
}

/** The whole article as it is published: notes of other sections have their names in it too. */
async function published() {
  if (!addresses.text) return "";
  try {
    const response = await fetch(addresses.text);
    return response.ok ? await response.text() : "";
  } catch {
    return "";
  }
}

/** Ask for a note: its words, and `label(text)`, its name in that text; null when the person went back. */
export async function askForNote() {
  const answer = await ask("footnote");
  const words = answer?.note.trim().replace(/\s+/g, " ");
  if (!words) return null;
  const others = await published();
  return { words, label: (text) => freeNote(text, others) };
}
