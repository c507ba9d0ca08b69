// From glyphs to an answer: numbers in reading order, and how sure they are.
import { confidenceOf, digitOf, NOT_A_DIGIT } from "./calibration.js";
import { areDigits } from "./company.js";
import { around, beside, lines, median, numbers } from "./layout.js";

const SHORT = 2; // digits of a number that may be left out …
const NONSENSE = 0.05; // … where it is less sure than this
const DOUBTFUL = 0.2; // a page has numbers if one is surer than this, …
const [SURE, SURE_OF_MANY, MANY] = [0.95, 0.85, 4]; // … or its digits, in the mean, than this
const FRAME = 1.2; // of the highest digit: what is higher is a frame or a line
const OWN = 0.5; // of a piece inside a digit's box: it is a part of the digit
const CERTAIN = 7; // log odds at which products stop to tell anything

// `glyphs` with chances, and all `pieces` of ink: [{ text, confidence, digits: [{ value, confidence, box }] }].
export function assembled(glyphs, pieces, card) {
  const taken = areDigits(glyphs, card);
  const seen = glyphs.map((glyph, at) => ({ ...glyph, isDigit: taken[at] }));
  const found = withoutNonsense(seen, pieces, card);
  return found.some(isLikely) ? found : [];
}

function withoutNonsense(glyphs, pieces, card) {
  const found = examined(glyphs, pieces, card);
  const short = found.filter(({ members, confidence }) => members.length <= SHORT && confidence < NONSENSE);
  if (!short.length) return found;
  const dropped = new Set(short.flatMap(({ members }) => members.map(({ box }) => box)));
  return examined(glyphs.map((one) => (dropped.has(one.box) ? { ...one, isDigit: false } : one)), pieces, card);
}

// Whether it may be a number: what is around it speaks for it, or all its digits do.
function isLikely({ members, confidence }) {
  const logs = members.map(({ chances }) => Math.log(Math.max(1e-9, confidenceOf(chances))));
  const sure = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  return confidence >= DOUBTFUL || sure >= (members.length < MANY ? SURE : SURE_OF_MANY);
}

function examined(glyphs, pieces, card) {
  const digits = glyphs.filter(({ isDigit }) => isDigit);
  const others = glyphs.filter(({ isDigit }) => !isDigit);
  const boxes = digits.map(({ box }) => box);
  const stray = strayInk(pieces, boxes);
  return lines(boxes).flatMap((line, row) =>
    numbers(boxes, line).map((group) => numberOf(group.map((at) => digits[at]), others, stray, row, card)),
  );
}

function numberOf(members, others, stray, line, card) {
  const sure = members.map(({ chances }) => confidenceOf(chances));
  const confidence = Math.min(trusted(card.trust.number, features(members, others, stray)), ...sure);
  const digits = members.map(({ chances, box }, at) => ({ value: digitOf(chances), confidence: sure[at], box }));
  return { text: digits.map(({ value }) => value).join(""), confidence, line, digits, members };
}

// What tells of a number beside its digits: cuts, what stands beside it, how unlike its digits' heights are, loose ink.
function features(members, others, stray) {
  const box = around(members.map((one) => one.box));
  const highest = FRAME * Math.max(...members.map((one) => one.box[3]));
  const near = others.filter((one) => beside(one.box, box) && one.box[3] <= highest);
  const product = [...members.map(({ chances }) => confidenceOf(chances)), ...near.map(({ chances }) => chances[NOT_A_DIGIT])];
  const count = members.length;
  const cut = members.filter((one) => one.cut).length;
  return [
    logOdds(product.reduce((all, chance) => all * chance, 1)),
    cut / count,
    Math.min(near.length, 4) / count,
    deviation(members.map((one) => Math.log(one.box[3]))),
    stray,
    0, // a drawing's paper has no grain
    Math.log(count),
  ];
}

function deviation(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function logOdds(chance) {
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, chance));
  return Math.max(-CERTAIN, Math.min(CERTAIN, Math.log(inside / (1 - inside))));
}

function trusted([constant, ...weights], values) {
  return 1 / (1 + Math.exp(-constant - weights.reduce((sum, weight, at) => sum + weight * values[at], 0)));
}

// Of the ink in and near digits the share that is in none of them, frames and whatever is larger aside.
function strayInk(pieces, boxes) {
  if (!boxes.length) return 0;
  const far = Math.floor(Math.max(...boxes.map((box) => box[3]))) + 2;
  const [left, top, wide, high] = around(boxes);
  const largest = FRAME * median(boxes.map((box) => box[3]));
  let [inside, loose] = [0, 0];
  for (const piece of pieces) {
    const outside = piece.right < left - far || piece.bottom < top - far || piece.left > left + wide + far || piece.top > top + high + far;
    if (outside) continue;
    if (boxes.some((box) => shareInside(piece, box) >= OWN)) inside += piece.area;
    else if (piece.area >= 3 && Math.max(piece.right - piece.left, piece.bottom - piece.top) <= largest) loose += piece.area;
  }
  return loose / Math.max(1, loose + inside);
}

function shareInside(piece, [x, y, w, h]) {
  const across = Math.min(piece.right, x + w) - Math.max(piece.left, x);
  const down = Math.min(piece.bottom, y + h) - Math.max(piece.top, y);
  return (Math.max(0, across) * Math.max(0, down)) / ((piece.right - piece.left) * (piece.bottom - piece.top));
}
