// Pictures of one channel: { width, height, data }, and what is done with them before the network sees a glyph.
// The same steps, with the same rounding, as the server's preprocessing.

export function image(width, height, data = new Uint8Array(width * height)) {
  return { width, height, data };
}

// To the nearest whole number, halves to the even one.
export function round(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

export function cropped({ width, data }, left, top, right, bottom) {
  const part = image(right - left, bottom - top);
  for (let y = top; y < bottom; y += 1) {
    part.data.set(data.subarray(y * width + left, y * width + right), (y - top) * part.width);
  }
  return part;
}

export function histogram({ data }) {
  const counts = new Float64Array(256);
  for (const level of data) counts[level] += 1;
  return counts;
}

export function threshold({ width, height, data }, level) {
  return image(width, height, data.map((value) => (value > level ? 1 : 0)));
}

// The binomial blur (1 2 1)² / 16; at the edge the picture is mirrored.
export function blurred({ width, height, data }) {
  const rows = new Uint16Array(data.length);
  const result = image(width, height);
  for (let y = 0; y < height; y += 1) {
    const at = y * width;
    for (let x = 0; x < width; x += 1) {
      const left = x ? x - 1 : Math.min(1, width - 1);
      const right = x < width - 1 ? x + 1 : Math.max(0, width - 2);
      rows[at + x] = data[at + left] + 2 * data[at + x] + data[at + right];
    }
  }
  for (let y = 0; y < height; y += 1) {
    const above = (y ? y - 1 : Math.min(1, height - 1)) * width;
    const below = (y < height - 1 ? y + 1 : Math.max(0, height - 2)) * width;
    for (let x = 0; x < width; x += 1) {
      result.data[y * width + x] = (rows[above + x] + 2 * rows[y * width + x] + rows[below + x] + 8) >> 4;
    }
  }
  return result;
}

// What hangs together, corners included: labels from 1 for each pixel, and of each label its box and area.
export function components({ width, height, data }) {
  const labels = new Int32Array(data.length);
  const found = [];
  const open = [];
  for (let start = 0; start < data.length; start += 1) {
    if (!data[start] || labels[start]) continue;
    const label = found.length + 1;
    const piece = { label, left: width, top: height, right: 0, bottom: 0, area: 0 };
    labels[start] = label;
    open.push(start);
    while (open.length) {
      const at = open.pop();
      const x = at % width;
      const y = (at - x) / width;
      piece.left = Math.min(piece.left, x);
      piece.top = Math.min(piece.top, y);
      piece.right = Math.max(piece.right, x + 1);
      piece.bottom = Math.max(piece.bottom, y + 1);
      piece.area += 1;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) {
          const next = ny * width + nx;
          if (!data[next] || labels[next]) continue;
          labels[next] = label;
          open.push(next);
        }
      }
    }
    found.push(piece);
  }
  return { labels, found };
}

// For each pixel the largest (or least) value under a kernel of offsets [dx, dy]; beyond the edge nothing counts.
function extreme({ width, height, data }, offsets, better, none) {
  const result = image(width, height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let best = none;
      for (const [dx, dy] of offsets) {
        const px = x + dx;
        const py = y + dy;
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        const value = data[py * width + px];
        if (better(value, best)) best = value;
      }
      result.data[y * width + x] = best;
    }
  }
  return result;
}

export const dilated = (picture, offsets) => extreme(picture, offsets, (value, best) => value > best, 0);
export const eroded = (picture, offsets) => extreme(picture, offsets, (value, best) => value < best, 255);

export const SQUARE = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dx, dy]));

// An ellipse that fills `side` × `side`, seen from its middle.
export function ellipse(side) {
  const reach = side >> 1;
  const offsets = [];
  for (let row = 0; row < side; row += 1) {
    const dy = row - reach;
    const dx = reach ? round(reach * Math.sqrt((reach * reach - dy * dy) / (reach * reach))) : 0;
    for (let column = Math.max(0, reach - dx); column < Math.min(side, reach + dx + 1); column += 1) {
      offsets.push([column - reach, dy]);
    }
  }
  return offsets;
}

export function resized(picture, width, height) {
  if (width === picture.width && height === picture.height) return picture;
  const weigh = width <= picture.width && height <= picture.height ? areas : cubics;
  const across = weigh(picture.width, width);
  const down = weigh(picture.height, height);
  const rows = new Float64Array(picture.height * width);
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (const [from, weight] of across[x]) rows[y * width + x] += weight * picture.data[y * picture.width + from];
    }
  }
  const result = image(width, height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (const [from, weight] of down[y]) sum += weight * rows[from * width + x];
      result.data[y * width + x] = Math.min(255, Math.max(0, round(sum)));
    }
  }
  return result;
}

// Which pixels a smaller picture's pixel is the mean of: as much of each as it covers.
function areas(from, to) {
  const scale = from / to;
  return Array.from({ length: to }, (_, at) => {
    const begin = at * scale;
    const end = Math.min(begin + scale, from);
    const covered = [];
    for (let pixel = Math.floor(begin + 1e-3); pixel < Math.min(from, end - 1e-3); pixel += 1) {
      covered.push([pixel, (Math.min(end, pixel + 1) - Math.max(begin, pixel)) / (end - begin)]);
    }
    return covered;
  });
}

// Keys' cubic convolution (1981) with a = -0.75; beyond the edge its last pixel goes on.
function cubics(from, to) {
  const scale = from / to;
  const near = (d) => (1.25 * d - 2.25) * d * d + 1;
  const far = (d) => ((-0.75 * d + 3.75) * d - 6) * d + 3;
  return Array.from({ length: to }, (_, at) => {
    const place = (at + 0.5) * scale - 0.5;
    const first = Math.floor(place);
    const rest = place - first;
    const weights = [far(rest + 1), near(rest), near(1 - rest), far(2 - rest)];
    return weights.map((weight, index) => [Math.min(from - 1, Math.max(0, first - 1 + index)), weight]);
  });
}
