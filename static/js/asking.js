// A part of a page that changes: it is asked for anew until nothing more is to come.
const FIRST_DELAYS = [300, 600, 1000]; // milliseconds
const DELAY = 2000;
const DELAY_WHEN_HIDDEN = 15000;

// `address` gives where to ask; `show` puts the part in place and says whether more is to come; `problem` is the place
// for what went wrong, in the page's `words`. Returns what begins it.
export function asking({ words, address, problem, show }) {
  let count = 0;

  function askLater() {
    setTimeout(ask, document.hidden ? DELAY_WHEN_HIDDEN : (FIRST_DELAYS[count] ?? DELAY));
    count += 1;
  }

  async function ask() {
    try {
      await take(await fetch(address(), { redirect: "manual", cache: "no-store" }));
    } catch {
      say(words.interrupted);
      askLater();
    }
  }

  async function take(response) {
    if (response.type === "opaqueredirect") return say(words.signedOut);
    if (response.status === 404) return say(words.gone);
    if (response.status !== 200) throw new Error(response.statusText);
    const answer = document.createElement("template");
    answer.innerHTML = await response.text();
    say("");
    return show(answer.content) ? askLater() : undefined;
  }

  function say(sentence) {
    if (problem.textContent !== sentence) problem.textContent = sentence;
  }

  return askLater;
}
