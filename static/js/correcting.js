// Correcting in place: forms go without a reload, and digits are typed over by keyboard. Without this script the same
// forms work with one.
import { shown, typedDigit } from "./numerals.js";

const holder = document.querySelector("[data-answer]");
let queue = Promise.resolve(); // changes go one after the other, each based on the answer before
let typing = false; // whether Tab is to go to the next digit that wants a look

const digits = () => [...holder.querySelectorAll("[data-digit]")];
const summaryAt = (position) => holder.querySelector(`[data-digit="${position}"] > summary`);

// `fields` come last: they replace what the form says. The version is that of the answer then on show.
function send(form, fields, focus) {
  const data = new FormData(form);
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  const address = form.getAttribute("action");
  queue = queue.then(() => post(address, data, focus)).catch(() => tell(holder.dataset.interrupted));
  return queue;
}

async function post(address, data, focus) {
  data.set("version", holder.querySelector("[data-correct] [name=version]").value);
  const response = await fetch(address, { method: "POST", body: data, headers: { "X-Correcting": "1" }, redirect: "manual" });
  if (response.type === "opaqueredirect") return tell(holder.dataset.signedOut);
  if (response.headers.get("Content-Type")?.startsWith("text/html") && response.status !== 404 && response.status < 500) {
    return show(await response.text(), focus);
  }
  return tell(response.status === 404 ? holder.dataset.gone : holder.dataset.interrupted);
}

function show(html, focus) {
  const open = digits().find((digit) => digit.open)?.dataset.digit;
  holder.innerHTML = html;
  const said = holder.querySelector("[data-problem]") ?? holder.querySelector("[data-outcome]");
  if (!said.matches("[data-problem]")) tell(said.dataset.outcome);
  if (open !== undefined && focus?.keep) holder.querySelector(`[data-digit="${open}"]`)?.setAttribute("open", "");
  holder.dispatchEvent(new CustomEvent("answer-shown", { bubbles: true }));
  focus?.find()?.focus();
}

function tell(sentence) {
  document.querySelector("[data-announcement]").textContent = sentence;
}

function submitted(event) {
  const form = event.target;
  if (!form.matches("[data-correct]")) return;
  event.preventDefault();
  const action = event.submitter?.value ?? form.querySelector("[name=action]").value;
  const position = form.elements.position?.value;
  const find = () => (position === undefined ? holder.querySelector("#result") : summaryAt(position) ?? digits().at(-1)?.querySelector("summary"));
  send(form, { action }, { find });
}

function typed(event) {
  const digit = event.target.closest?.("[data-digit]");
  if (!digit || event.target !== digit.querySelector("summary") || event.ctrlKey || event.metaKey || event.altKey) return;
  const { digit: position } = digit.dataset;
  const form = digit.querySelector("[data-correct]");
  const value = typedDigit(event.key);
  if (value !== undefined) {
    event.preventDefault();
    typing = true;
    digit.querySelector(".digit-value").textContent = shown(value);
    send(form, { action: "change", value }, { find: () => summaryAt(position), keep: true });
  } else if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    send(form, { action: "remove" }, { find: () => summaryAt(position) ?? digits().at(-1)?.querySelector("summary") });
  } else if (event.key === "Tab" && !event.shiftKey && typing) {
    next(event, Number(position));
  } else if (event.key !== "Shift") {
    typing = false;
  }
}

// After typing, Tab goes to the next digit that wants a look; where there is none it goes where it always does.
function next(event, position) {
  typing = false;
  const unsure = digits().find((digit) => Number(digit.dataset.digit) > position && digit.matches(".is-unsure"));
  if (!unsure) return;
  event.preventDefault();
  queue.then(() => summaryAt(unsure.dataset.digit)?.focus());
}

function prepare() {
  for (const help of holder.querySelectorAll("[data-keyboard-help]")) help.hidden = false;
}

holder.addEventListener("submit", submitted);
holder.addEventListener("keydown", typed);
holder.addEventListener("answer-shown", prepare);
prepare();
