// On every page: says whose browser this is, keeps the pages' shell for times without a network, and sends what waited.
import "./waiting-room.js";
import "./dispatch.js";
import { shown } from "../numerals.js";

const FIRST_DELAY = 15_000; // milliseconds
const LONGEST_DELAY = 300_000;
const { waitingRoom: room } = self;
const mark = document.querySelector("meta[name=account]")?.content; // "" on pages for nobody, undefined without a network
const worker = document.querySelector("meta[name=service-worker]")?.content;
let delay = FIRST_DELAY;
let timer;

// What came of it is told to the page as "dispatched", with what dispatch() says.
export async function send() {
  clearTimeout(timer);
  timer = undefined;
  const told = await self.dispatch();
  if (["offline", "busy", "elsewhere", "failed"].includes(told.stopped)) later();
  else delay = FIRST_DELAY;
  document.dispatchEvent(new CustomEvent("dispatched", { detail: told }));
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(send, delay);
  delay = Math.min(2 * delay, LONGEST_DELAY);
}

// Where the browser can, it sends as soon as there is a network, also when the page is closed by then.
export async function sendSoon() {
  send();
  const registration = await navigator.serviceWorker?.getRegistration?.();
  await registration?.sync?.register("waiting-room").catch(() => undefined);
}

async function arrive() {
  if (mark) await room.arrive(mark);
  else if (mark === "") await room.leave();
  if (mark === "") await tellOfOthers();
  else await send();
}

// Who comes to log in is told that pictures wait for that, and not whose.
async function tellOfOthers() {
  const note = document.querySelector("[data-somebody-waits]");
  if (note) note.hidden = !(await room.count());
}

async function keepShell() {
  await navigator.serviceWorker.register(worker);
  if (!document.querySelector("[data-draw]") || navigator.connection?.saveData) return;
  (await navigator.serviceWorker.ready).active.postMessage("draws");
}

// Logging out takes what waits away from this device; whoever has something waiting is asked first.
async function logOut(event) {
  const form = event.target;
  if (!form.matches("[data-log-out]") || form.dataset.logOut === "sure") return;
  event.preventDefault();
  const own = await ownPictures();
  const warning = document.querySelector("[data-lost]");
  if (own.length && !warning) return location.assign(form.action);
  await room.empty(mark).catch(() => undefined);
  await room.leave().catch(() => undefined);
  form.dataset.logOut = "sure";
  return form.requestSubmit();
}

async function ownPictures() {
  return mark ? room.of(mark).catch(() => []) : [];
}

async function warn() {
  const warning = document.querySelector("[data-lost]");
  const { length } = warning ? await ownPictures() : [];
  if (!length) return;
  warning.textContent = warning.dataset.lost.replace("{count}", shown(length));
  warning.hidden = false;
}

document.addEventListener("submit", logOut);
window.addEventListener("online", () => {
  delay = FIRST_DELAY;
  send();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && timer && send());
warn();
arrive().catch(() => undefined); // a browser that keeps nothing; whoever wants to keep something is told
if (mark && worker && navigator.serviceWorker) keepShell().catch(() => undefined);
