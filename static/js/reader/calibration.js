// Honest chances out of logits: one temperature for the digits, slope and shift for "not a digit".
export const NOT_A_DIGIT = 10;

// Eleven logits to eleven chances that add up to 1.
export function chances(logits, card) {
  const cooled = Array.from(logits, (logit) => logit / card.temperature);
  const digits = cooled.slice(0, NOT_A_DIGIT);
  const top = Math.max(...digits);
  const total = Math.log(digits.reduce((sum, logit) => sum + Math.exp(logit - top), 0)) + top;
  const odds = card.not_a_digit_slope * (cooled[NOT_A_DIGIT] - total) + card.not_a_digit_shift;
  const none = 1 / (1 + Math.exp(-odds));
  return [...digits.map((logit) => Math.exp(logit - total) * (1 - none)), none];
}

export function likeliest(chance) {
  return chance.indexOf(Math.max(...chance));
}

export function digitOf(chance) {
  return likeliest(chance.slice(0, NOT_A_DIGIT));
}

export function confidenceOf(chance) {
  return Math.max(...chance.slice(0, NOT_A_DIGIT));
}
