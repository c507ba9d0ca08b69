// Keeping pictures in this browser until there is a network. Each function resolves to undefined when they are kept for
// certain, else to what is in the way: a word for which the page has a sentence.
import { sendSoon } from "./here.js";

const { waitingRoom: room } = self;

function problemOf(error) {
  return error?.name === "QuotaExceededError" ? "device_full" : "device_keeps_nothing";
}

// `pictures`: each { key, name, file, address, fields, otherwise }.
export async function keep(pictures) {
  try {
    const account = await room.account();
    if (!account) return "nobody_here";
    for (const picture of pictures) await room.keep({ ...picture, account });
  } catch (error) {
    await forget(pictures);
    return problemOf(error);
  }
  navigator.storage?.persist?.().catch(() => undefined);
  return undefined;
}

// The same, and they are sent as soon as that is possible.
export async function keepAndSend(pictures) {
  const problem = await keep(pictures);
  if (!problem) sendSoon();
  return problem;
}

// What is in the way, as code and sentence.
export function worded(problem) {
  const pattern = document.querySelector("[data-keeping-problems]").content;
  return [problem, pattern.querySelector(`[data-code=${problem}]`).textContent];
}

// While `act` sends from this page, nothing that waits is sent beside it.
export function alone(act) {
  return navigator.locks ? navigator.locks.request("waiting-room", { ifAvailable: true }, act) : act();
}

// They arrived some other way.
export async function forget(pictures) {
  for (const { key } of pictures) await room.remove(key, "removed").catch(() => undefined);
}

export const shared = () => room.shared().catch(() => []);
