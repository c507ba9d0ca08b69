// From ink to glyphs: what hangs together, gathered where strokes are broken, with places where digits may touch.
import { components, dilated, image, SQUARE } from "./pixels.js";

const MOST = 400;
const SMALL = 0.36; // of the digits' height: smaller both ways is a dot, a comma or dirt
const FLAT = 0.26; // flatter and wider than high: a dash
const NEXT = 0.1;
const MERGED_HEIGHT = 1.3;
const WIDE = 1.15;
const MARGIN = 2;

const width = (piece) => piece.right - piece.left;
const height = (piece) => piece.bottom - piece.top;

// Glyphs: box [x, y, width, height], their own ink alone, light on dark; and all pieces that the ink falls into.
export function findGlyphs(ink) {
  const { labels, found } = components(ink.mask);
  const pieces = found.filter((piece) => mayBeDigit(piece, ink.mask)).sort((a, b) => b.area - a.area).slice(0, MOST);
  if (!pieces.length) return { glyphs: [], pieces: found };
  const tall = digitHeight(pieces);
  const gathered = gather(pieces, tall).filter((piece) => !isMark(piece, tall));
  return { glyphs: gathered.map((piece) => glyphOf(piece, ink, labels)), pieces: found };
}

function mayBeDigit(piece, mask) {
  const [wide, high] = [width(piece), height(piece)];
  if (piece.area < 5 || Math.max(wide, high) < 4) return false;
  const edges = [piece.left <= 1, piece.top <= 1, piece.right >= mask.width - 1, piece.bottom >= mask.height - 1];
  const sides = edges.filter(Boolean).length;
  const large = wide > 0.5 * mask.width || high > 0.5 * mask.height;
  return !(sides >= 2 && large && sides + (piece.area < 0.3 * wide * high ? 1 : 0) >= 3);
}

// The height that most ink has.
function digitHeight(pieces) {
  const upright = pieces.filter((piece) => width(piece) < 4 * height(piece));
  const ordered = (upright.length ? upright : [...pieces]).sort((a, b) => height(a) - height(b));
  const half = ordered.reduce((sum, piece) => sum + piece.area, 0) / 2;
  let sum = 0;
  return height(ordered.find((piece) => (sum += piece.area) >= half));
}

function gather(pieces, tall) {
  const kept = [];
  for (const piece of pieces) {
    const home = kept.find((other) => belongs(piece, other, tall));
    if (home) take(home, piece);
    else kept.push({ ...piece, members: new Set([piece.label]) });
  }
  return kept;
}

function take(home, piece) {
  home.left = Math.min(home.left, piece.left);
  home.top = Math.min(home.top, piece.top);
  home.right = Math.max(home.right, piece.right);
  home.bottom = Math.max(home.bottom, piece.bottom);
  home.area += piece.area;
  home.members.add(piece.label);
}

// Whether two pieces are parts of one digit.
function belongs(small, large, tall) {
  const across = Math.max(small.left, large.left) - Math.min(small.right, large.right); // positive: a gap
  if (across > NEXT * tall) return false;
  const down = Math.max(small.top, large.top) - Math.min(small.bottom, large.bottom);
  const together = Math.max(small.bottom, large.bottom) - Math.min(small.top, large.top);
  if (Math.max(width(small), height(small)) < 0.15 * tall && down > 0) return false;
  const narrower = Math.min(width(small), width(large));
  const stacked = -across >= 0.5 * narrower;
  const most = MERGED_HEIGHT * Math.max(tall, Math.min(height(large), 1.5 * tall));
  if (stacked && down <= 0.22 * tall && together <= most) return true;
  const alike = narrower >= 0.5 * Math.max(width(small), width(large));
  if (stacked && alike && down <= 0.08 * together && together <= 1.7 * tall) return true;
  const bar = height(small) < 0.5 * tall && small.bottom < large.top + 0.5 * height(large); // as the top of a 5
  return bar && down <= 0.12 * tall && width(small) < 1.2 * tall;
}

function isMark(piece, tall) {
  const [wide, high] = [width(piece), height(piece)];
  if (high < 7 && wide < 7) return true;
  if (high < SMALL * tall && wide < SMALL * tall) return true;
  return high < FLAT * tall && wide > high;
}

// Cut out with a margin for the soft edge of the strokes, neighbours blotted out.
function glyphOf(piece, ink, labels) {
  const left = Math.max(0, piece.left - MARGIN);
  const top = Math.max(0, piece.top - MARGIN);
  const right = Math.min(ink.mask.width, piece.right + MARGIN);
  const bottom = Math.min(ink.mask.height, piece.bottom + MARGIN);
  const own = image(right - left, bottom - top);
  const cut = image(right - left, bottom - top);
  const each = (visit) => {
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) visit(y * ink.mask.width + x, (y - top) * own.width + x - left);
    }
  };
  each((from, to) => { own.data[to] = piece.members.has(labels[from]) ? 1 : 0; });
  const soft = dilated(own, SQUARE);
  each((from, to) => {
    const foreign = labels[from] && !own.data[to];
    cut.data[to] = soft.data[to] && !foreign ? ink.level.data[from] : 0;
  });
  const box = [piece.left, piece.top, width(piece), height(piece)];
  return { box, ink: cut, cut: false, margin: [piece.left - left, piece.top - top] };
}

// Whether it may be several digits that touch.
export function isWide({ box: [, , wide, high] }) {
  return wide > WIDE * high && high >= 8;
}

// Columns where a glyph may be cut, first and last included: where it is waisted and where little ink stands.
export function cuts({ ink }, most = 9) {
  const { counts, waists } = profiles(ink);
  const apart = Math.max(3, Math.floor(0.22 * ink.height));
  const chosen = [];
  for (const [profile, share, limit] of [[waists, 0.7, most >> 1], [counts, 0.5, most]]) {
    const smooth = profile.map((value, at) => ((profile[at - 1] ?? 0) + value + (profile[at + 1] ?? 0)) / 3);
    const inner = [...smooth.keys()].slice(apart, Math.max(apart, ink.width - apart));
    for (const column of inner.sort((a, b) => smooth[a] - smooth[b])) {
      if (smooth[column] > share * ink.height || chosen.length >= limit) break;
      if (chosen.every((other) => Math.abs(column - other) >= apart)) chosen.push(column);
    }
  }
  return [0, ...chosen.sort((a, b) => a - b), ink.width];
}

function profiles(ink) {
  const counts = [];
  const waists = [];
  for (let x = 0; x < ink.width; x += 1) {
    const rows = [];
    for (let y = 0; y < ink.height; y += 1) if (ink.data[y * ink.width + x] > 100) rows.push(y);
    counts.push(rows.length);
    waists.push(rows.length ? rows.at(-1) + 1 - rows[0] : 0);
  }
  return { counts, waists };
}

// The columns `from` to `to` of a glyph as a glyph of its own; undefined where there is no ink.
export function part(glyph, from, to) {
  const ink = image(to - from, glyph.ink.height);
  let [left, top, right, bottom] = [ink.width, ink.height, 0, 0];
  for (let y = 0; y < ink.height; y += 1) {
    for (let x = 0; x < ink.width; x += 1) {
      const value = glyph.ink.data[y * glyph.ink.width + from + x];
      ink.data[y * ink.width + x] = value;
      if (value <= 100) continue;
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x + 1), Math.max(bottom, y + 1)];
    }
  }
  if (right === 0) return undefined;
  const [besideX, besideY] = glyph.margin;
  const box = [glyph.box[0] - besideX + from + left, glyph.box[1] - besideY + top, right - left, bottom - top];
  return { box, ink, cut: true, margin: [0, 0] };
}
