// Keeps what is being written as a draft on the server, every few seconds, and says who else is writing here.

const PAUSE = 5000; // milliseconds from one draft to the next, at least: the database has other things to do
const AGAIN = 30_000; // after the server could not be reached
const CARRIED = 60_000; // bytes that a browser still sends for a page that is going away
const place = document.querySelector("[data-draft-url]");

if (place) {
  const form = place.closest("form");
  const fields = form.elements;
  const text = fields.namedItem("text");
  const lines = {
    kept: place.querySelector("[data-draft-kept]"),
    told: place.querySelector("[data-draft-told]"),
    said: place.querySelector("[data-draft-said]"),
    others: place.querySelector("[data-draft-others]"),
  };
  // What came back with a refusal is no draft yet.
  let last = "unsaved" in form.dataset ? null : written();
  let timer = 0;
  let sending = null;
  let leaving = false;

  function written() {
    return [text.value, fields.namedItem("summary").value, fields.namedItem("minor").checked].join("\0");
  }

  function say(line, words) {
    // The same words again would be read out again.
    if (lines[line].textContent !== words) lines[line].textContent = words;
  }

  function later(pause) {
    // A long text takes longer on its way; it is sent less often.
    timer ||= setTimeout(keep, pause ?? Math.max(PAUSE, text.value.length / 20));
  }

  async function send(options) {
    const response = await fetch(place.dataset.draftUrl, { method: "POST", body: new FormData(form), ...options });
    const isOurs = response.headers.get("Content-Type")?.startsWith("application/json");
    const answer = isOurs ? await response.json() : { why: response.status === 413 ? "size" : "failed" };
    if (answer.why === "token" && options.again) {
      // Somebody logged in again in another tab: from now on the form is sent with the token of that.
      for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = answer.token;
      return send({ ...options, again: false });
    }
    return answer;
  }

  async function keep(keepalive = false) {
    clearTimeout(timer);
    timer = 0;
    const now = written();
    if (leaving || now === last) return;
    if (sending && !keepalive) return later();
    const mine = (sending = new AbortController());
    try {
      const answer = await send({ keepalive, signal: mine.signal, again: true });
      if (answer.kept) isKept(now, answer);
      else isNotKept(answer.why);
    } catch (error) {
      if (error.name !== "AbortError") isNotKept("failed");
    } finally {
      if (sending === mine) sending = null;
    }
  }

  function isKept(now, answer) {
    last = now;
    const time = new Date(answer.kept).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const words = place.dataset.keptAt.replace("{time}", time);
    say("kept", words);
    // The first time, and when it is kept again after it was not.
    if (!lines.told.textContent) say("told", words);
    say("said", "");
    say("others", answer.others);
    if (written() === last) form.dispatchEvent(new Event("keptthere"));
  }

  function isNotKept(why) {
    form.dispatchEvent(new Event("keephere"));
    say("told", "");
    if (why !== "often") say("said", place.dataset[why] ?? place.dataset.failed);
    if (why !== "size") later(AGAIN);
  }

  function goAway() {
    if (leaving || written() === last) return;
    form.dispatchEvent(new Event("keephere"));
    if (new TextEncoder().encode(text.value).length < CARRIED) keep(true);
  }

  function stop() {
    leaving = true;
    clearTimeout(timer);
    timer = 0;
    sending?.abort();
  }

  form.addEventListener("input", () => later());
  text.addEventListener("blur", () => keep());
  form.addEventListener("submit", (event) => event.defaultPrevented || stop());
  document.addEventListener("submit", (event) => event.target.matches("[data-forgets-texts], .pieces") && stop());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && goAway());
  addEventListener("pagehide", goAway);
  addEventListener("pageshow", () => (leaving = false));
  addEventListener("online", () => keep());
  if (last === null) later();
}
