// Strokes of a pen: { width, points: [[x, y, pressure]] } in pixels of the paper, drawn as smooth lines.
export const INK = "#000";
export const PAPER = "#fff";

export function drawAll(context, strokes) {
  const { width, height } = context.canvas;
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  for (const stroke of strokes) drawStroke(context, stroke);
}

// A stroke from its point number `from` on: a curve through the middles between neighbours.
export function drawStroke(context, { width, points }, from = 0) {
  context.strokeStyle = context.fillStyle = INK;
  context.lineCap = context.lineJoin = "round";
  if (points.length === 1) return dot(context, points[0], width);
  for (let at = Math.max(1, from); at < points.length; at += 1) {
    const [x, y, pressure] = points[at];
    const [beforeX, beforeY] = points[at - 1];
    const [startX, startY] = at > 1 ? middle(points[at - 2], points[at - 1]) : points[0];
    context.lineWidth = thickness(width, pressure);
    context.beginPath();
    context.moveTo(startX, startY);
    context.quadraticCurveTo(beforeX, beforeY, ...(at === points.length - 1 ? [x, y] : middle(points[at - 1], points[at])));
    context.stroke();
  }
  return undefined;
}

function dot(context, [x, y, pressure], width) {
  context.beginPath();
  context.arc(x, y, thickness(width, pressure) / 2, 0, 2 * Math.PI);
  context.fill();
}

// A pen that is pressed draws from half to one and a half times as thick; fingers and mice have no pressure.
function thickness(width, pressure) {
  return pressure === undefined ? width : width * (0.5 + pressure);
}

function middle([x, y], [otherX, otherY]) {
  return [(x + otherX) / 2, (y + otherY) / 2];
}
