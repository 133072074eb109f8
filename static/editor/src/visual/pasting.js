// HTML from the clipboard without what the policy of the page would be asked about, though nothing of it is ever shown;
// the schema then takes of it what it has a node for.

const DROPPED = "script, style, noscript, template, head, meta, link, title, svg, img, button, input, select, textarea, iframe, object, .editsection, .mw-editsection, .section-link";

export function cleaned(html) {
  const inert = html
    // Word hides its own signs in conditional comments.
    .replace(/<!--\[if[^]*?<!\[endif\]-->|<!\[[^>]*>/gi, "")
    .replace(/<(style|script)\b[^]*?<\/\1\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle(?=\s*=)/gi, " data-pasted-style").replace(/\son\w+(?=\s*=)/gi, " data-pasted-deed"));
  const page = new DOMParser().parseFromString(inert, "text/html");
  for (const dropped of page.querySelectorAll(DROPPED)) dropped.remove();
  for (const bold of page.querySelectorAll("span[data-pasted-style*='font-weight']")) {
    if (/font-weight:\s*(?:bold|[6-9]00)/i.test(bold.dataset.pastedStyle)) wrapped(page, bold, "strong");
  }
  for (const italic of page.querySelectorAll("span[data-pasted-style*='italic']")) wrapped(page, italic, "em");
  return page.body.innerHTML;
}

function wrapped(page, element, name) {
  const mark = page.createElement(name);
  mark.append(...element.childNodes);
  element.append(mark);
}
