// A page that shows how far something is: asks for its part anew until nothing more is to come.
const FIRST_DELAYS = [300, 600, 1000]; // milliseconds
const DELAY = 2000;
const DELAY_WHEN_HIDDEN = 15000;

const holder = document.querySelector("[data-follow]");
const words = holder.dataset;
let count = 0;

const part = () => holder.querySelector("[data-followed]");
const waits = () => part().dataset.waiting === "yes";

function delay() {
  if (document.hidden) return DELAY_WHEN_HIDDEN;
  return FIRST_DELAYS[count] ?? DELAY;
}

function askLater() {
  setTimeout(ask, delay());
  count += 1;
}

async function ask() {
  try {
    await take(await fetch(words.follow, { redirect: "manual", cache: "no-store" }));
  } catch {
    say(words.interrupted);
    askLater();
  }
}

async function take(response) {
  if (response.status === 200) return show(await response.text());
  if (response.type === "opaqueredirect") return say(words.signedOut);
  if (response.status === 404) return say(words.gone);
  say(words.interrupted);
  return askLater();
}

function say(sentence) {
  const place = document.querySelector("[data-problem]");
  if (place.textContent !== sentence) place.textContent = sentence;
}

function show(html) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  say("");
  part().replaceWith(answer.content.querySelector("[data-followed]"));
  if (waits()) return askLater();
  document.querySelector("[data-announcement]").textContent = part().querySelector("[data-announced]").textContent;
  return undefined;
}

if (waits()) askLater();
