// Turned pages: where a point of the upright page stands, and how the inner box is turned.

export function turnedSize(width, height, rotation) {
  return rotation % 180 ? [height, width] : [width, height];
}

export function transformOf(width, height, rotation) {
  if (rotation === 90) return `translate(${height}px, 0) rotate(90deg)`;
  if (rotation === 180) return `translate(${width}px, ${height}px) rotate(180deg)`;
  if (rotation === 270) return `translate(0, ${width}px) rotate(270deg)`;
  return "";
}

// x, y in 0..1 of the upright page -> of the page as it is shown
export function turnedPoint(x, y, rotation) {
  if (rotation === 90) return [1 - y, x];
  if (rotation === 180) return [1 - x, 1 - y];
  if (rotation === 270) return [y, 1 - x];
  return [x, y];
}

export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
