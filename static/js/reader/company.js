// Digit or not: from a glyph's chances and those of its company (expectation maximisation, Saerens et al. 2002).
import { NOT_A_DIGIT } from "./calibration.js";

const PAGE_PRIOR = 1 / 11;
const WEIGHT = 0.25;
const ELSEWHERE = 0.1;
const SAME_LINE = 0.4;
const ROUNDS = 4;

// For each glyph whether it is a digit.
export function areDigits(glyphs, card) {
  const prior = card.not_a_digit_prior;
  const odds = glyphs.map(({ chances }) => {
    const none = Math.min(1 - 1e-9, Math.max(1e-9, chances[NOT_A_DIGIT]));
    return ((none / (1 - none)) * (1 - prior)) / prior;
  });
  let none = odds.map((odd) => (odd * PAGE_PRIOR) / (1 - PAGE_PRIOR + odd * PAGE_PRIOR));
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const before = none;
    none = glyphs.map((glyph, at) => {
      let [share, weights] = [WEIGHT * PAGE_PRIOR, WEIGHT];
      glyphs.forEach((other, index) => {
        if (index === at) return;
        const weight = sameLine(glyph.box, other.box) ? 1 : ELSEWHERE;
        share += weight * before[index];
        weights += weight;
      });
      const moved = (odds[at] * (share / weights)) / (1 - share / weights);
      return moved === Infinity ? 1 : moved / (1 + moved);
    });
  }
  return none.map((chance) => chance <= card.reject_above);
}

function sameLine([, top, , high], [, otherTop, , otherHigh]) {
  const shared = Math.min(top + high, otherTop + otherHigh) - Math.max(top, otherTop);
  return shared >= SAME_LINE * Math.min(high, otherHigh);
}
