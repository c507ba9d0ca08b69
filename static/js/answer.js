// The result page: ask until there is an answer and put it in place; link the boxes to the digits.
const FIRST_DELAYS = [200, 400, 800]; // milliseconds
const DELAY = 2000;
const DELAY_WHEN_HIDDEN = 15000;
const SLOW_AFTER = 15000;

const holder = document.querySelector("[data-answer]");
const words = holder.dataset;
const asked = performance.now();
let timer;
let request;
let count = 0;

function delay() {
  if (count < FIRST_DELAYS.length) return FIRST_DELAYS[count];
  return document.hidden ? DELAY_WHEN_HIDDEN : DELAY;
}

function askLater() {
  clearTimeout(timer);
  timer = setTimeout(ask, delay());
}

function askNow() {
  clearTimeout(timer);
  ask();
}

async function ask() {
  if (request) return;
  count += 1;
  request = new AbortController();
  try {
    await take(await fetch(words.waiting, { redirect: "manual", cache: "no-store", signal: request.signal }));
  } catch (problem) {
    if (problem.name !== "AbortError") interrupted();
  } finally {
    request = undefined;
  }
}

async function take(response) {
  if (response.status === 204) return wait(performance.now() - asked > SLOW_AFTER ? words.slow : undefined);
  if (response.status === 200) return show(await response.text());
  if (response.type === "opaqueredirect") return say(words.signedOut);
  if (response.status === 404) return say(words.gone);
  return interrupted();
}

function wait(sentence) {
  if (sentence || holder.dataset.state === "interrupted") say(sentence || words.first);
  delete holder.dataset.state;
  askLater();
}

function interrupted() {
  holder.dataset.state = "interrupted";
  say(words.interrupted);
  askLater();
}

function say(sentence) {
  const place = holder.querySelector("[data-progress-sentence]");
  if (place.textContent !== sentence) place.textContent = sentence;
}

function show(html) {
  holder.innerHTML = html;
  delete words.waiting;
  const outcome = holder.querySelector("[data-outcome]");
  document.querySelector("[data-announcement]").textContent = outcome.dataset.outcome;
  document.title = `${outcome.dataset.title || outcome.dataset.outcome} – ${document.title.split(" – ").pop()}`;
  holder.dispatchEvent(new CustomEvent("answer-shown", { bubbles: true }));
}

// A box and its digit belong together: pointing at one, or moving to it by keyboard, lights up both.
function connect() {
  for (const digit of holder.querySelectorAll("[data-digit]")) {
    const box = holder.querySelector(`[data-box="${digit.dataset.digit}"]`);
    if (!box) continue; // the picture was erased
    const light = (on) => () => [digit, box].forEach((part) => part.classList.toggle("is-lit", on || digit.open));
    for (const part of [digit, box]) {
      part.addEventListener("pointerenter", light(true));
      part.addEventListener("pointerleave", light(false));
    }
    digit.addEventListener("focusin", light(true));
    digit.addEventListener("focusout", light(false));
    digit.addEventListener("toggle", light(false));
    box.addEventListener("click", () => open(digit));
  }
}

function open(digit) {
  digit.open = true;
  digit.querySelector("summary").focus();
}

function watch() {
  words.first = holder.querySelector("[data-progress-sentence]").textContent;
  askLater();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && words.waiting) askNow();
  });
  window.addEventListener("online", () => words.waiting && askNow());
  window.addEventListener("pagehide", () => {
    clearTimeout(timer);
    request?.abort();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && words.waiting) askNow();
  });
}

holder.addEventListener("answer-shown", connect);
connect();
if (words.waiting) watch();
