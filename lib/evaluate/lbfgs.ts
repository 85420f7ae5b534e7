/** A point of a smooth function. */
export interface Point {
  readonly at: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Settings of {@linkcode minimize}. */
export interface MinimizeOptions {
  /** Evaluations at most. */
  maxSteps: number;
  /** Relative error of a value: a rise within it does not count as one. */
  rounding: number;
  /** Whether a point is good enough; asked of each that was reached. */
  isDone(point: Point): boolean;
  /** Multiplies by a guess of the inverse Hessian, up to a factor, in place; that of the identity if left out. */
  precondition?(direction: Float64Array): void;
}

// Differences of steps and gradients that are remembered.
const MEMORY = 100;

// Halvings of a step after which a function does not go down any more.
const HALVINGS = 30;

/**
 * Minimises a smooth convex function by L-BFGS with backtracking. Ends when a point is done, steps run out, or no step goes
 * down.
 *
 * Source: Nocedal & Wright, *Numerical Optimization*, 2nd edition, algorithms 7.4 and 3.1.
 *
 * @param start where to begin
 * @param evaluate value and gradient at a point
 */
export async function minimize(
  start: Float64Array,
  evaluate: (at: Float64Array) => Point | Promise<Point>,
  { maxSteps, rounding, isDone, precondition }: MinimizeOptions,
): Promise<Point> {
  let point = await evaluate(start), steps = 1;
  const changes: Change[] = [];
  while (steps < maxSteps && !isDone(point)) {
    const direction = descent(point.gradient, changes, precondition),
      slope = dot(direction, point.gradient);
    let length = changes.length > 0 || precondition ? 1 : Math.min(1, 1 / Math.sqrt(-slope)),
      next: Point | undefined;
    for (let halving = 0; halving < HALVINGS && steps < maxSteps; halving++, steps++, length /= 2) {
      const tried = await evaluate(point.at.map((x, i) => x + length * direction[i]));
      if (tried.value <= point.value + 1e-4 * length * slope + rounding * Math.abs(point.value)) {
        next = tried;
        steps++;
        break;
      }
    }
    if (!next) break;
    const step = next.at.map((x, i) => x - point.at[i]);
    const turn = next.gradient.map((x, i) => x - point.gradient[i]);
    const curvature = dot(step, turn);
    // The function is convex, so less is rounding.
    if (curvature > 0) changes.push({ step, turn, curvature });
    if (changes.length > MEMORY) changes.shift();
    point = next;
  }
  return point;
}

interface Change {
  step: Float64Array;
  /** Of the gradient. */
  turn: Float64Array;
  curvature: number;
}

/** Minus the gradient times what the changes say of the inverse Hessian. */
function descent(
  gradient: Float64Array,
  changes: readonly Change[],
  precondition: MinimizeOptions["precondition"] = () => {},
): Float64Array {
  const direction = gradient.map((x) => -x), shares: number[] = [];
  for (const { step, turn, curvature } of changes.toReversed()) {
    const share = dot(step, direction) / curvature;
    shares.push(share);
    addTo(direction, turn, -share);
  }
  precondition(direction);
  const last = changes.at(-1);
  if (last) {
    const turn = last.turn.slice();
    precondition(turn);
    const scale = last.curvature / dot(last.turn, turn);
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  for (const { step, turn, curvature } of changes) {
    addTo(direction, step, shares.pop()! - dot(turn, direction) / curvature);
  }
  return direction;
}

function addTo(target: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * other[i];
}

/** Inner product. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
