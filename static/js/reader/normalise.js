// One glyph as the network sees it: scaled into 20 × 20 pixels, its centre of mass in the middle of 28 × 28.
import { components, cropped, dilated, ellipse, eroded, histogram, image, resized, round, SQUARE, threshold } from "./pixels.js";

export const SIDE = 28;
const BOX = 20;
const MIN_CONTRAST = 16;
const WORK_SIDE = 96;
const THIN_STROKE = 1.6;
const BRIGHTEST = 7; // so many pixels may be brighter than full ink

// A glyph, light on dark, to a frame of 28 × 28, or undefined where there is no ink to be seen.
export function normalise(glyph) {
  const ink = stretched(reduced(glyph));
  const box = ink && inkBox(ink);
  return box && centred(fitted(thickened(cropped(ink, ...box))));
}

function reduced(glyph) {
  const longest = Math.max(glyph.width, glyph.height);
  if (longest <= WORK_SIDE * 1.5) return glyph;
  const scale = WORK_SIDE / longest;
  return resized(glyph, Math.max(1, round(glyph.width * scale)), Math.max(1, round(glyph.height * scale)));
}

// Ground to 0 and ink to 255; the ground is the darkest quarter's edge.
function stretched(glyph) {
  const size = glyph.data.length;
  if (!size) return undefined;
  const upTo = histogram(glyph);
  for (let level = 1; level < 256; level += 1) upTo[level] += upTo[level - 1];
  const reaching = (count) => upTo.findIndex((value) => value >= count);
  const darkest = reaching(1);
  let high = reaching(size - Math.min(size - 1, BRIGHTEST));
  if (high - darkest < MIN_CONTRAST) high = reaching(size);
  let ground = reaching(Math.floor(size / 4) + 1);
  if (ground > (high >> 1) + (darkest >> 1)) ground = darkest; // a bold glyph cut tight
  if (high - ground < MIN_CONTRAST) return undefined;
  const scale = 255 / (high - ground);
  const table = Uint8Array.from({ length: 256 }, (_, level) => Math.min(255, Math.max(0, (level - ground) * scale)));
  return image(glyph.width, glyph.height, glyph.data.map((level) => table[level]));
}

// Bounds of the ink without lone specks.
function inkBox(ink) {
  const { found } = components(threshold(ink, 80));
  const least = Math.max(2, 0.04 * Math.max(0, ...found.map((piece) => piece.area)));
  const kept = found.filter((piece) => piece.area >= least);
  if (!kept.length) return undefined;
  const of = (side) => kept.map((piece) => piece[side]);
  return [Math.min(...of("left")), Math.min(...of("top")), Math.max(...of("right")), Math.max(...of("bottom"))];
}

function thickened(ink) {
  const longest = Math.max(ink.width, ink.height);
  if (longest <= BOX) return ink;
  const mask = threshold(ink, 96);
  const count = ({ data }) => data.reduce((sum, value) => sum + value, 0);
  const area = count(mask);
  const stroke = (2 * area) / Math.max(1, area - count(eroded(mask, SQUARE)));
  const missing = (THIN_STROKE * longest) / BOX - stroke;
  if (missing < 0.5) return ink;
  const grow = round(missing) + 1;
  const padded = image(ink.width + 2 * grow, ink.height + 2 * grow);
  for (let y = 0; y < ink.height; y += 1) {
    padded.data.set(ink.data.subarray(y * ink.width, (y + 1) * ink.width), (y + grow) * padded.width + grow);
  }
  return dilated(padded, ellipse(grow));
}

function fitted(ink) {
  const scale = BOX / Math.max(ink.width, ink.height);
  return resized(ink, Math.max(1, round(ink.width * scale)), Math.max(1, round(ink.height * scale)));
}

function centred({ width, height, data }) {
  let [mass, across, down, peak] = [0, 0, 0, 0];
  data.forEach((value, at) => {
    mass += value;
    across += value * (at % width);
    down += value * Math.floor(at / width);
    peak = Math.max(peak, value);
  });
  const place = (moment, room) => Math.min(room, Math.max(0, round(SIDE / 2 - 0.5 - moment / (mass || 1))));
  const left = place(across, SIDE - width);
  const top = place(down, SIDE - height);
  const scale = peak > 0 && peak < 230 ? 255 / peak : 1;
  const frame = new Uint8Array(SIDE * SIDE);
  data.forEach((value, at) => {
    frame[(top + Math.floor(at / width)) * SIDE + left + (at % width)] = Math.min(255, round(value * scale));
  });
  return frame;
}
