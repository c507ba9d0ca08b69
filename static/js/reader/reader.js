// The reader in the page: a grey drawing in, numbers out. The same network, limits and order as the server's reader
// where the ink alone tells the digits; what the server's finder sees beyond that is left to the server.
import { Classifier } from "./classifier.js";
import { findGlyphs } from "./glyphs.js";
import { findInk } from "./ink.js";
import { Network } from "./network.js";
import { assembled } from "./page.js";

const VERSION = 1;
const PREPROCESSING = 1;

export class Reader {
  // `content`: the network's bytes; `card`: what lies in them, and what it was calibrated to.
  constructor(content, card) {
    if (card.version !== VERSION || card.preprocessing_version !== PREPROCESSING) {
      throw new Error("The network was made for another reader.");
    }
    this.card = card;
    this.classifier = new Classifier(new Network(content, card), card);
  }

  // { width, height, data }, dark on white, to [{ text, confidence, line, digits: [{ value, confidence, box }] }].
  read(grey) {
    const ink = findInk(grey);
    if (!ink) return [];
    const { glyphs, pieces } = findGlyphs(ink);
    const found = assembled(this.classifier.classify(glyphs), pieces, this.card);
    return found.map(({ text, confidence, line, digits }) => ({ text, confidence, line, digits }));
  }
}
