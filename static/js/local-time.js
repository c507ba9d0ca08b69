// Moments are sent in UTC; show them in the reader's own time zone.
const show = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

function localise(part) {
  for (const time of part.querySelectorAll("time[data-local]")) {
    time.title = time.textContent;
    time.textContent = show.format(new Date(time.dateTime));
    time.removeAttribute("data-local");
  }
}

localise(document);
document.addEventListener("answer-shown", (event) => localise(event.target));
