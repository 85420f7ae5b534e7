/** How the sphere is turned, in degrees: around its axis, and towards the eye. */
export interface Turn {
  turn: number;
  tilt: number;
}

/** A point on the screen, in units of the radius, `y` downwards; and how near it is to the eye, −1 … 1. */
export interface Seen {
  x: number;
  y: number;
  depth: number;
}

const degree = Math.PI / 180;

/** Where a direction, or an arrow, is seen: the circle from above, the sphere from far away. */
export function project(vector: ArrayLike<number>, dim: 2 | 3, { turn, tilt }: Turn): Seen {
  if (dim === 2) return { x: vector[0], y: -vector[1], depth: 0 };
  const c = Math.cos(turn * degree), s = Math.sin(turn * degree);
  const x = c * vector[0] - s * vector[1], away = s * vector[0] + c * vector[1], up = vector[2];
  const ct = Math.cos(tilt * degree), st = Math.sin(tilt * degree);
  return { x, y: -(ct * up + st * away), depth: st * up - ct * away };
}

/** The direction that is seen at a place; on the far side of the sphere if `behind`. Beyond the rim it is the nearest on it. */
export function direction(x: number, y: number, dim: 2 | 3, { turn, tilt }: Turn, behind = false): number[] {
  const size = Math.hypot(x, y);
  if (dim === 2) return size === 0 ? [1, 0] : [x / size, -y / size];
  const scale = size > 1 ? 1 / size : 1, u = x * scale, v = -y * scale;
  const depth = Math.sqrt(Math.max(0, 1 - u * u - v * v)) * (behind ? -1 : 1);
  const ct = Math.cos(tilt * degree), st = Math.sin(tilt * degree);
  const up = ct * v + st * depth, away = st * v - ct * depth;
  const c = Math.cos(turn * degree), s = Math.sin(turn * degree);
  return [c * u + s * away, -s * u + c * away, up];
}
