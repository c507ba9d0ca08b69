// Reading order: boxes [x, y, width, height] to lines, lines to numbers.
const OVERLAP = 0.4; // of the lower of two neighbours: so much height in common puts them on one line
const NEAR = 3;
const ENOUGH = 3; // slopes that make a median
const GAP = 0.9; // of the digits' size: a wider gap begins a new number …
const RELATIVE_GAP = 2.2; // … unless all gaps of the line are wide …
const WIDEST_GAP = 2.4; // … and none is wider than this

export function median(values) {
  return quantile(values, 0.5);
}

function quantile(values, share) {
  const ordered = [...values].sort((a, b) => a - b);
  const place = share * (ordered.length - 1);
  const below = Math.floor(place);
  return ordered[below] + (place - below) * ((ordered[below + 1] ?? ordered[below]) - ordered[below]);
}

// Indexes of boxes, line by line from the top, each from left to right. Lines may slope.
export function lines(boxes) {
  const found = rows(boxes);
  const slopes = found.flatMap((row) => row.slice(1).flatMap((b, at) => slopeBetween(boxes[row[at]], boxes[b])));
  if (slopes.length < ENOUGH) return found;
  const slope = median(slopes);
  const again = rows(boxes.map(([x, y, w, h]) => [x, Math.round(y - slope * (x + w / 2)), w, h]));
  return again.length <= found.length ? again : found;
}

function slopeBetween(a, b) {
  const across = b[0] - a[0];
  return across > 0 && across <= NEAR * Math.max(a[3], b[3]) ? [(b[1] + b[3] - a[1] - a[3]) / across] : [];
}

// A box joins the row with whose last two boxes it shares the most height.
function rows(boxes) {
  const found = [];
  const order = [...boxes.keys()].sort((a, b) => boxes[a][0] - boxes[b][0]);
  for (const at of order) {
    const shares = found.map((row) => Math.max(...row.slice(-2).map((other) => shared(boxes[at], boxes[other]))));
    const best = shares.indexOf(Math.max(...shares));
    if (best < 0 || shares[best] < OVERLAP) found.push([at]);
    else found[best].push(at);
  }
  const middle = (row) => row.reduce((sum, at) => sum + boxes[at][1] + boxes[at][3] / 2, 0) / row.length;
  return found.sort((a, b) => middle(a) - middle(b));
}

function shared(a, b) {
  const common = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return common / Math.max(1, Math.min(a[3], b[3]));
}

// One line's indexes, divided where the gap is wider than within a number.
export function numbers(boxes, line) {
  const tall = quantile(line.map((at) => Math.max(boxes[at][2], boxes[at][3])), 0.75);
  const gaps = line.slice(1).map((b, at) => boxes[b][0] - boxes[line[at]][0] - boxes[line[at]][2]);
  const usual = gaps.length >= 4 ? median(gaps.map((gap) => Math.max(gap, 0))) : 0;
  const limit = Math.max(GAP * tall, Math.min(RELATIVE_GAP * usual, WIDEST_GAP * tall));
  const groups = [[line[0]]];
  gaps.forEach((gap, at) => (gap > limit ? groups.push([line[at + 1]]) : groups.at(-1).push(line[at + 1])));
  return groups;
}

// The smallest box around boxes.
export function around(boxes) {
  const left = Math.min(...boxes.map((box) => box[0]));
  const top = Math.min(...boxes.map((box) => box[1]));
  const right = Math.max(...boxes.map((box) => box[0] + box[2]));
  const bottom = Math.max(...boxes.map((box) => box[1] + box[3]));
  return [left, top, right - left, bottom - top];
}

// Whether `box` stands in the line of a number, within it or near enough to belong to it.
export function beside(box, number) {
  const common = Math.min(box[1] + box[3], number[1] + number[3]) - Math.max(box[1], number[1]);
  const gap = Math.max(box[0], number[0]) - Math.min(box[0] + box[2], number[0] + number[2]);
  return common >= OVERLAP * Math.min(box[3], number[3]) && gap <= GAP * number[3];
}
