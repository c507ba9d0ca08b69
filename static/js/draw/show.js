// Shows what was read: numbers large, line by line, unsure digits marked by shape, and one sentence for those who listen.
import { shown } from "../numerals.js";

const SURE = 0.9;

export class Show {
  constructor(root) {
    this.part = (name) => root.querySelector(`[data-${name}]`);
    this.words = root.dataset;
  }

  empty() {
    this.part("lines").replaceChildren();
    this.say(this.words.empty);
  }

  numbers(found) {
    const lines = new Map();
    for (const number of found) lines.set(number.line, [...(lines.get(number.line) ?? []), number]);
    this.part("lines").replaceChildren(...[...lines.values()].map((line) => this.line(line)));
    this.say(this.sentence(found));
  }

  say(sentence) {
    this.part("said").textContent = sentence;
  }

  sentence(found) {
    if (!found.length) return this.words.none;
    const text = found.map((number) => number.text).join(", ");
    return `${this.words.read} ${text}. ${found.every(isSure) ? this.words.allSure : this.words.look}`;
  }

  line(numbers) {
    const item = document.createElement("li");
    item.append(...numbers.map((number) => this.number(number)));
    return item;
  }

  number(number) {
    const sure = isSure(number);
    const place = element("span", `number ${sure ? "is-sure" : "is-unsure"}`);
    const text = element("span", "number-text");
    for (const digit of number.digits) {
      text.append(digit.confidence < SURE ? element("mark", "digit-doubtful", shown(digit.value)) : shown(digit.value));
    }
    const percent = shown(`${Math.min(99, Math.floor(number.confidence * 100))}\u00a0%`);
    const words = ` ${sure ? this.words.sure : this.words.check}, ${percent}`;
    const sureness = element("span", "sureness");
    const sign = element("span", "", sure ? "✓" : "▲");
    sign.setAttribute("aria-hidden", "true");
    sureness.append(sign, words);
    place.append(text, " ", sureness);
    return place;
  }
}

function isSure({ confidence }) {
  return confidence >= SURE;
}

function element(name, kind, text) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text !== undefined) made.textContent = text;
  return made;
}
