// Tries a sample in place. Without this script its form loads the page anew, which shows the same.
const FIRST_DELAYS = [200, 400, 800]; // milliseconds
const DELAY = 2000;
const SLOW_AFTER = 8; // looks

const section = document.querySelector("[data-samples]");
const place = section.querySelector("[data-sample]");
const said = section.querySelector("[data-said]");
const words = section.dataset;
let turn = 0;

async function send(form) {
  const mine = (turn += 1);
  mark(form);
  said.textContent = words.asking;
  const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = page.querySelector("[data-sample]");
  if (mine !== turn) return;
  if (!found) {
    form.submit(); // some other page, such as that of a form that has expired: let it be seen
    return;
  }
  show([...found.childNodes].map((node) => document.adoptNode(node)));
  await follow(mine);
}

function mark(form) {
  for (const button of section.querySelectorAll(".sample")) button.classList.toggle("is-tried", form.contains(button));
}

function show(nodes) {
  place.replaceChildren(...nodes);
  for (const hidden of place.querySelectorAll("noscript")) hidden.remove();
  const outcome = place.querySelector("[data-outcome]");
  if (outcome) said.textContent = outcome.dataset.outcome;
  place.scrollIntoView({ block: "nearest" });
}

function tell(sentence) {
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = sentence;
  said.textContent = sentence;
  place.replaceChildren(note);
}

// Asks until there is an answer, or something else is tried.
async function follow(mine) {
  for (let count = 0; mine === turn; count += 1) {
    const waiting = place.querySelector("[data-waiting]");
    if (!waiting) return;
    await new Promise((go) => { setTimeout(go, FIRST_DELAYS[count] ?? DELAY); });
    const response = await fetch(waiting.dataset.waiting, { cache: "no-store" }).catch(() => undefined);
    if (mine !== turn) return;
    if (response?.status === 404) {
      tell(words.over);
    } else if (response?.status === 200) {
      take(await response.text(), mine);
    } else if (count === SLOW_AFTER) {
      waiting.querySelector("[data-progress-sentence]").textContent = words.slow;
    }
  }
}

function take(html, mine) {
  if (mine !== turn) return;
  const page = new DOMParser().parseFromString(html, "text/html");
  show([...page.body.childNodes].map((node) => document.adoptNode(node)));
}

section.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target).catch(() => tell(words.interrupted));
});
follow(turn);
