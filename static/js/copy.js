// Buttons that copy text. They are hidden until we know that the browser can do it.
function prepare(part) {
  if (!navigator.clipboard) return;
  for (const row of part.querySelectorAll("[data-copy-row]")) {
    row.hidden = false;
    row.querySelector("[data-copy]").addEventListener("click", copy);
  }
}

async function copy(event) {
  const button = event.currentTarget;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.parentElement.querySelector("[data-copy-status]").textContent = button.dataset.copied;
}

prepare(document);
document.addEventListener("answer-shown", (event) => prepare(event.target));
