import { kept } from "./state.ts";

/** Points with their classes. */
export interface Placed {
  points: number[][];
  labels: number[];
}

/** A place to start from. */
export interface Preset {
  text: string;
  /** What is to be seen there. */
  seen: string;
  make(dim: 2 | 3): Placed;
}

const degree = Math.PI / 180;

/** A direction at an angle on the circle, or on the equator of the sphere. */
function at(angle: number, dim: 2 | 3): number[] {
  const [x, y] = [Math.cos(angle * degree), Math.sin(angle * degree)];
  return dim === 2 ? [x, y] : [x, y, 0];
}

/** So many directions around one, the first of them that one, the others at up to so many degrees. */
function around(center: readonly number[], count: number, spread: number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const size = Math.tan(spread * degree) * (i === 0 ? 0 : Math.sqrt(i / (count - 1)));
    if (center.length === 2) {
      const sign = i % 2 === 0 ? size : -size;
      return kept([center[0] - sign * center[1], center[1] + sign * center[0]]);
    }
    // Two directions at right angles to the centre, and a turn of the golden angle each.
    const helper = Math.abs(center[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0];
    const first = unit(cross(center, helper)), second = cross(center, first), turn = i * 137.5 * degree;
    return kept(
      center.map((value, k) => value + size * (Math.cos(turn) * first[k] + Math.sin(turn) * second[k])),
    );
  });
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(vector: readonly number[]): number[] {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

function join(groups: readonly { label: number; points: number[][] }[]): Placed {
  return {
    points: groups.flatMap(({ points }) => points),
    labels: groups.flatMap(({ label, points }) => points.map(() => label)),
  };
}

/** Corners of the simplex: a triangle on the circle, a tetrahedron on the sphere. */
function corners(dim: 2 | 3): number[][] {
  if (dim === 2) return [90, 210, 330].map((angle) => at(angle, 2));
  return [[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]].map(unit);
}

/** Where one can start. */
export const presets: Record<string, Preset> = {
  outlier: {
    text: "one far outlier",
    seen:
      "Three classes, and one point of the first far from its own, between the two others. Make it the anchor: " +
      "for it alone Assumption 1 fails.",
    make: (dim) =>
      join([
        { label: 0, points: [...around(at(90, dim), 4, 14), kept(at(270, dim))] },
        { label: 1, points: around(at(215, dim), 5, 14) },
        { label: 2, points: around(at(325, dim), 5, 14) },
      ]),
  },
  simplex: {
    text: "simplex ETF",
    seen:
      "Each class is one point, as far from the others as all can be: the simplex equiangular tight frame, which " +
      "minimises the losses. All negatives of other classes are equally hard, so hardening changes nothing of SCL.",
    make: (dim) => join(corners(dim).map((corner, label) => ({ label, points: around(corner, 4, 0) }))),
  },
  antipodal: {
    text: "two antipodal classes",
    seen:
      "Two classes at opposite poles: no negative of the other class is hard, while UCL and H-UCL have the anchor's " +
      "own class among their negatives.",
    make: (dim) => join([0, 180].map((angle, label) => ({ label, points: around(at(angle, dim), 6, 18) }))),
  },
  overlapping: {
    text: "overlapping classes",
    seen:
      "Two classes that take turns, so that the closest to an anchor are always of the other class: Assumption 1 " +
      "fails, and with it the order of Theorem 1, H-SCL ≤ H-UCL.",
    make: (dim) => ({
      points: Array.from({ length: 12 }, (_, i) => kept(at(30 * i, dim))),
      labels: Array.from({ length: 12 }, (_, i) => i % 2),
    }),
  },
  crowd: {
    text: "200 points of 4 classes",
    seen: "Four wide classes of 50 points.",
    make: (dim) => {
      const centers = dim === 2 ? [45, 135, 225, 315].map((angle) => at(angle, 2)) : corners(3);
      return join(centers.map((center, label) => ({ label, points: around(center, 50, 40) })));
    },
  },
};
