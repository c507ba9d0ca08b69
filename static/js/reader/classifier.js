// Chances of glyphs, remembered for those that were seen before, and wide glyphs cut where digits are on both sides.
import { chances, confidenceOf, likeliest, NOT_A_DIGIT } from "./calibration.js";
import { cuts, isWide, part } from "./glyphs.js";
import { normalise } from "./normalise.js";

const SURE = 0.85; // every piece of a cut glyph must be read at least as surely
const PIECE = 0.9; // each further piece makes a division less likely
const REMEMBERED = 500;
const CERTAINLY_NONE = Array.from({ length: NOT_A_DIGIT + 1 }, (_, at) => (at === NOT_A_DIGIT ? 1 : 0));

export class Classifier {
  constructor(network, card) {
    Object.assign(this, { network, card, seen: new Map() });
  }

  // Eleven chances of one glyph. While somebody writes only the last glyph is new; the others cost nothing.
  chances(glyph) {
    const frame = normalise(glyph.ink);
    if (!frame) return CERTAINLY_NONE;
    const key = String.fromCharCode(...frame);
    const known = this.seen.get(key);
    if (known) return known;
    if (this.seen.size >= REMEMBERED) this.seen.clear();
    const found = chances(this.network.logits(frame), this.card);
    this.seen.set(key, found);
    return found;
  }

  // Glyphs with their chances; touching digits come as several glyphs.
  classify(glyphs) {
    return glyphs.flatMap((glyph) => {
      const chance = this.chances(glyph);
      const glued = isWide(glyph) && likeliest(chance) === NOT_A_DIGIT;
      return (glued && this.divided(glyph)) || [{ ...glyph, chances: chance }];
    });
  }

  // The most likely way from a glyph's first to its last cut; undefined where no division convinces.
  divided(glyph) {
    const columns = cuts(glyph);
    const best = new Map([[0, { score: 0, path: [] }]]);
    for (const right of columns.slice(1)) {
      for (const left of columns) {
        const before = left < right && best.get(left);
        const piece = before && this.piece(glyph, left, right);
        if (!piece) continue;
        const score = before.score + Math.log(confidenceOf(piece.chances) * PIECE);
        if (score >= (best.get(right)?.score ?? -Infinity)) best.set(right, { score, path: [...before.path, piece] });
      }
    }
    const path = best.get(columns.at(-1))?.path ?? [];
    return path.length > 1 && path.every((piece) => confidenceOf(piece.chances) >= SURE) ? path : undefined;
  }

  // The columns between two cuts, if they may be one digit.
  piece(glyph, left, right) {
    const tall = glyph.box[3];
    if (right - left < 0.15 * tall || right - left > 1.25 * tall) return undefined;
    const found = part(glyph, left, right);
    if (!found || found.box[3] < 0.35 * tall) return undefined;
    const chance = this.chances(found);
    return likeliest(chance) === NOT_A_DIGIT ? undefined : { ...found, chances: chance };
  }
}
