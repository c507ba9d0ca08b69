// Moments are sent in UTC; show them in the reader's own time zone, in the digits of the page.
import { shown } from "./numerals.js";

const language = document.documentElement.lang;
const variant = navigator.languages.find((mine) => mine.split("-")[0] === language.split("-")[0]) ?? language;
const show = new Intl.DateTimeFormat(variant, { dateStyle: "medium", timeStyle: "short", numberingSystem: "latn" });

function localise(part) {
  for (const time of part.querySelectorAll("time[data-local]")) {
    time.title = time.textContent;
    time.textContent = shown(show.format(new Date(time.dateTime)));
    time.removeAttribute("data-local");
  }
}

localise(document);
document.addEventListener("answer-shown", (event) => localise(event.target));
