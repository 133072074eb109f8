// Says how long ago a time was; the exact one stays in the title. Here, because a page may be kept longer than "now".
// Neither a module nor deferred: the words must stand there before they are painted, or lines would move.
"use strict";

{
  const UNITS = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });

  function say(time) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
    time.title = time.textContent;
    time.textContent = words.format(Math.round(seconds / length), unit);
    time.removeAttribute("data-ago");
  }

  // Whether anything stands after it in the page, as its own neighbour or as that of what it stands in.
  function isFollowed(node) {
    while (node && !node.nextSibling) node = node.parentNode;
    return Boolean(node);
  }

  function sayAll(isWhole) {
    // While the page is still coming in, one that nothing follows may be half there.
    for (const time of document.querySelectorAll("time[data-ago]")) if (isWhole || isFollowed(time)) say(time);
  }

  const coming = new MutationObserver(() => sayAll(false));
  coming.observe(document, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => {
    coming.disconnect();
    sayAll(true);
  });
}
