// The page of a batch: one question for all of it, until nothing more is to come.
const FIRST_DELAYS = [500, 1000]; // milliseconds
const DELAY = 2000;
const DELAY_WHEN_HIDDEN = 15000;

const holder = document.querySelector("[data-batch]");
const list = document.querySelector("[data-batch-pictures]");
const words = holder.dataset;
const hasPlace = () => !document.querySelector(".pager [rel=next]");
let count = 0;

const summary = () => holder.querySelector("[data-batch-summary]");

function delay() {
  if (count < FIRST_DELAYS.length) return FIRST_DELAYS[count];
  return document.hidden ? DELAY_WHEN_HIDDEN : DELAY;
}

const askLater = () => setTimeout(ask, delay());

async function ask() {
  count += 1;
  const address = new URL(words.waiting, location.href);
  address.searchParams.set("since", summary().dataset.since);
  try {
    await take(await fetch(address, { redirect: "manual", cache: "no-store" }));
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
  const place = document.querySelector("[data-batch-problem]");
  if (place.textContent !== sentence) place.textContent = sentence;
}

function show(html) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  say("");
  summary().replaceWith(answer.content.querySelector("[data-batch-summary]"));
  for (const picture of answer.content.querySelectorAll("[data-picture]")) place(picture);
  if (summary().dataset.finished === "no") return askLater();
  document.querySelector("[data-announcement]").textContent = summary().querySelector("[data-batch-state]").textContent;
  return undefined;
}

function place(picture) {
  const shown = list.querySelector(`[data-picture="${picture.dataset.picture}"]`);
  if (!shown && hasPlace()) list.append(picture);
  if (!shown || shown.dataset.state === picture.dataset.state) return;
  const focused = shown.contains(document.activeElement);
  shown.replaceWith(picture);
  if (focused) picture.querySelector(".history-text a").focus();
}

if (words.waiting) askLater();
