// Why a digit was read so, shown inside the digit when somebody asks. Without this script the same button leads to a page.
const holder = document.querySelector("[data-answer]");
const DELAYS = [200, 400, 800]; // milliseconds
const DELAY = 2000;
const DELAY_WHEN_HIDDEN = 15000;

async function ask(event) {
  const button = event.target.closest("[data-why]");
  if (!button) return;
  event.preventDefault();
  const place = button.closest("[data-digit]").querySelector("[data-why-place]");
  button.disabled = true;
  place.setAttribute("aria-busy", "true");
  place.textContent = holder.dataset.explaining;
  try {
    await show(await wanted(button), place, button);
  } catch {
    fail(place, button, holder.dataset.notExplained);
  }
  place.removeAttribute("aria-busy");
}

// The request, then looking for its answer until there is one.
async function wanted(button) {
  const token = holder.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "X-Inline": "1", "X-CSRFToken": token };
  const asked = await fetch(button.formAction, { method: "POST", headers, redirect: "manual" });
  if (asked.status !== 204) return asked;
  for (let count = 0; button.isConnected; count += 1) {
    await new Promise((over) => setTimeout(over, document.hidden ? DELAY_WHEN_HIDDEN : (DELAYS[count] ?? DELAY)));
    const answer = await fetch(button.dataset.why, { headers, redirect: "manual", cache: "no-store" });
    if (answer.status !== 204) return answer;
  }
  return null;
}

async function show(answer, place, button) {
  if (!answer || !button.isConnected) return; // the digit was corrected meanwhile, and is shown anew
  if (answer.type === "opaqueredirect") {
    fail(place, button, holder.dataset.signedOut);
  } else if (answer.status === 429) {
    fail(place, button, await answer.text());
  } else if (answer.status === 200) {
    place.innerHTML = await answer.text();
    button.hidden = true;
    tell(place.querySelector("[data-outcome]").dataset.outcome);
  } else {
    fail(place, button, answer.status === 404 ? holder.dataset.gone : holder.dataset.notExplained);
  }
}

function fail(place, button, sentence) {
  button.disabled = false;
  place.textContent = sentence;
  tell(sentence);
}

function tell(sentence) {
  document.querySelector("[data-announcement]").textContent = sentence;
}

holder.addEventListener("click", ask);
