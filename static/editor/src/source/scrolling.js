// Keeps the preview beside the text at the same place: heading by heading, and evenly in between.

const HEADING = /^#{1,6} +(?!#+ *$)\S/;
const FENCE = /^ {0,3}(```|~~~)/;

function headingLines(text) {
  const found = [];
  let isCode = false;
  text.split("\n").forEach((line, number) => {
    if (FENCE.test(line)) isCode = !isCode;
    else if (!isCode && HEADING.test(line)) found.push(number);
  });
  return found;
}

function between(at, pairs) {
  const next = Math.max(1, pairs.findIndex(([here]) => here > at) < 0 ? pairs.length - 1 : pairs.findIndex(([here]) => here > at));
  const [[fromHere, fromThere], [toHere, toThere]] = [pairs[next - 1], pairs[next]];
  return fromThere + (toHere > fromHere ? (at - fromHere) / (toHere - fromHere) : 0) * (toThere - fromThere);
}

/** Keep them in step; `surfaceNow` tells what is written in, `preview` is the box that scrolls. */
export function keepInStep(surfaceNow, preview) {
  // Whoever is under the pointer or has the focus leads; what it moves does not move it back.
  let leader = null;
  let waiting = false;

  function places() {
    const surface = surfaceNow();
    const { scroller } = surface;
    const top = preview.getBoundingClientRect().top - preview.scrollTop;
    const headings = [...preview.querySelectorAll(".section-head :is(h2, h3, h4, h5, h6)")].map((each) => each.getBoundingClientRect().top - top);
    const lines = headingLines(surface.selected.text).map((number) => surface.topOfLine(number));
    const ends = [scroller.scrollHeight - scroller.clientHeight, preview.scrollHeight - preview.clientHeight];
    const pairs = lines.length === headings.length ? lines.map((line, at) => [line, headings[at]]) : [];
    return [[0, 0], ...pairs.filter(([line, heading]) => line < ends[0] && heading < ends[1]), ends];
  }

  function step() {
    waiting = false;
    if (preview.hidden || preview.scrollHeight <= preview.clientHeight) return;
    const { scroller } = surfaceNow();
    if (leader === preview) scroller.scrollTop = between(preview.scrollTop, places().map(([line, heading]) => [heading, line]));
    else preview.scrollTop = between(scroller.scrollTop, places());
  }

  function later(event) {
    const { scroller } = surfaceNow();
    const isOurs = event.target === scroller || event.target === preview;
    if (!isOurs || waiting || (leader ?? scroller) !== event.target) return;
    waiting = true;
    requestAnimationFrame(step);
  }

  function lead(event) {
    if (preview.contains(event.target)) leader = preview;
    else if (surfaceNow().scroller.contains(event.target)) leader = surfaceNow().scroller;
  }

  for (const kind of ["wheel", "pointerdown", "touchstart", "focusin", "keydown"]) document.addEventListener(kind, lead, { passive: true });
  document.addEventListener("scroll", later, { capture: true, passive: true });
  addEventListener("previewed", () => {
    if (leader !== preview) requestAnimationFrame(step);
  });
}
