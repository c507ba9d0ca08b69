// Buttons that read numbers aloud, digit by digit (Web Speech API). They are hidden where the browser has no voice.
function prepare(part) {
  if (!window.speechSynthesis) return;
  for (const row of part.querySelectorAll("[data-speak-row]")) {
    row.hidden = false;
    row.querySelector("[data-speak]").addEventListener("click", speak);
  }
}

function speak(event) {
  const words = new SpeechSynthesisUtterance(event.currentTarget.dataset.speak);
  words.lang = document.documentElement.lang;
  words.rate = 0.9;
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
}

prepare(document);
document.addEventListener("answer-shown", (event) => prepare(event.target));
