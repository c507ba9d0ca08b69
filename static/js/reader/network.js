// The glyph network: 3 × 3 convolutions, each with what is below nothing cut off, pooled by twos, and dense layers.
import { SIDE } from "./normalise.js";

export class Network {
  // `content`: the bytes of the network's file; `card` says where in it each layer's arrays lie.
  constructor(content, card) {
    this.layers = card.layers.map((layer) => ({
      ...layer,
      kernel: kernel(content, layer),
      bias: array(content, layer.bias),
    }));
  }

  // The eleven logits of one frame of 28 × 28 levels, the last for "not a digit".
  logits(frame) {
    let maps = { side: SIDE, depth: 1, data: Float32Array.from(frame, (level) => level / 255) };
    for (const layer of this.layers) {
      maps = layer.kind === "convolution" ? convolved(maps, layer) : connected(maps, layer);
      if (layer.pool) maps = pooled(maps);
    }
    return maps.data;
  }
}

function array(content, { type, at, count }) {
  return type === "int8" ? new Int8Array(content, at, count) : new Float32Array(content, at, count);
}

// Weights with their outputs last, each multiplied by its output's scale.
function kernel(content, layer) {
  const scales = array(content, layer.scales);
  return Float32Array.from(array(content, layer.weights), (weight, at) => weight * scales[at % layer.outputs]);
}

function convolved({ side, depth, data }, { outputs, kernel: weights, bias, rectified }) {
  const result = new Float32Array(side * side * outputs);
  const sums = new Float32Array(outputs);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      sums.set(bias);
      for (let row = y ? 0 : 1; row < (y < side - 1 ? 3 : 2); row += 1) {
        for (let column = x ? 0 : 1; column < (x < side - 1 ? 3 : 2); column += 1) {
          const from = ((y + row - 1) * side + x + column - 1) * depth;
          accumulate(sums, data, from, depth, weights, (row * 3 + column) * depth * outputs);
        }
      }
      if (rectified) rectify(sums);
      result.set(sums, (y * side + x) * outputs);
    }
  }
  return { side, depth: outputs, data: result };
}

function connected({ data }, { inputs, outputs, kernel: weights, bias, rectified }) {
  const sums = Float32Array.from(bias);
  accumulate(sums, data, 0, inputs, weights, 0);
  if (rectified) rectify(sums);
  return { side: 1, depth: outputs, data: sums };
}

// Half of what comes out of a layer is 0 and costs nothing here.
function accumulate(sums, data, from, depth, weights, at) {
  const outputs = sums.length;
  for (let input = 0; input < depth; input += 1, at += outputs) {
    const value = data[from + input];
    if (value === 0) continue;
    for (let output = 0; output < outputs; output += 1) sums[output] += value * weights[at + output];
  }
}

function rectify(sums) {
  for (let at = 0; at < sums.length; at += 1) if (sums[at] < 0) sums[at] = 0;
}

function pooled({ side, depth, data }) {
  const half = side >> 1;
  const result = new Float32Array(half * half * depth);
  for (let y = 0; y < half; y += 1) {
    for (let x = 0; x < half; x += 1) {
      const from = (2 * y * side + 2 * x) * depth;
      const below = from + side * depth;
      for (let map = 0; map < depth; map += 1) {
        result[(y * half + x) * depth + map] = Math.max(
          data[from + map], data[from + depth + map], data[below + map], data[below + depth + map],
        );
      }
    }
  }
  return { side: half, depth, data: result };
}
