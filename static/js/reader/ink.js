// Where on a drawing there is ink. Paper is white and without grain here, so nothing need be known of light and paper.
import { blurred, histogram, image, threshold } from "./pixels.js";

const PAPER = 255;
const MIN_CONTRAST = 20;

// The ink of a grey drawing, dark on white: how strong it is (0 to 255) and where it counts; undefined where none is.
export function findInk(grey) {
  const smooth = blurred(grey);
  const departure = image(grey.width, grey.height, smooth.data.map((level) => PAPER - level));
  const counts = histogram(departure).fill(0, 0, MIN_CONTRAST + 1);
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all < Math.max(8, Math.floor(grey.data.length / 40000))) return undefined;
  const strong = quantile(counts, 0.9 * all);
  const limit = between(0.85 * otsu(counts), Math.max(MIN_CONTRAST, 0.25 * strong), Math.max(MIN_CONTRAST, 0.55 * strong));
  const table = Uint8Array.from({ length: 256 }, (_, level) => Math.min(255, Math.round((level * 255) / strong)));
  const level = image(grey.width, grey.height, departure.data.map((value) => table[value]));
  return { level, mask: threshold(departure, Math.floor(limit)) };
}

function between(value, least, most) {
  return Math.min(most, Math.max(least, value));
}

function quantile(counts, wanted) {
  let sum = 0;
  return counts.findIndex((count) => (sum += count) >= wanted);
}

// Otsu's threshold (1979): where the means of what is below and above differ most.
function otsu(counts) {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const weight = counts.reduce((sum, count, level) => sum + count * level, 0);
  let [below, weighted, best, chosen] = [0, 0, 0, 0];
  counts.forEach((count, level) => {
    below += count;
    weighted += count * level;
    const above = all - below;
    if (!below || !above) return;
    const apart = below * above * (weighted / below - (weight - weighted) / above) ** 2;
    if (apart > best) [best, chosen] = [apart, level];
  });
  return chosen;
}
