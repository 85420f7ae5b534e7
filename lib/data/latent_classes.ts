import { checkInteger, checkNumber, checkOptions } from "../core/checks.ts";
import { Random } from "../core/random.ts";

/** What {@linkcode latentClasses} makes. */
export interface LatentClassOptions {
  /** Number of classes `C`, at least 2; 5 by default. */
  classes?: number;
  /** Points of the largest class `M`, at least 2; 40 by default. */
  pointsPerClass?: number;
  /** `w`: 0 places a point by its class alone, 1 by its site alone, which has nothing to do with its class; 0 by default. */
  overlap?: number;
  /** Share of the points, 0 … 1, whose label is replaced by another class; 0 by default. */
  labelNoise?: number;
  /** How many times larger the largest class is than the smallest, at least 1; 1 by default. */
  imbalance?: number;
  /** Angle in radians, 0 … π/4, within which a point lies of its place; 0 by default. */
  spread?: number;
  /** Decides the places within the spread and the wrong labels; 0 by default. */
  seed?: number;
}

const LATENT_CLASS_OPTIONS = {
  classes: true,
  pointsPerClass: true,
  overlap: true,
  labelNoise: true,
  imbalance: true,
  spread: true,
  seed: true,
} as const;

/** Points on a sphere with labels. */
export interface LatentClasses {
  /** `[n, dim]` row-major, unit rows. */
  readonly embeddings: Float64Array;
  /** `C + M`. */
  readonly dim: number;
  /** Class of each point as it is told, `0 … C − 1`. */
  readonly labels: Int32Array;
  /** Class of each point before label noise. */
  readonly trueLabels: Int32Array;
}

/**
 * Embeddings of which it is known whether Assumption 1 holds. A point belongs to a class and to a *site*; every site has
 * at most one point of each class. With `a_c` the corners of a regular simplex of the `C` classes and `b_m` those of the
 * `M` sites, in orthogonal spaces, point `m` of class `c` lies at `√(1 − w)·a_c + √w·b_m`, where `w` is the overlap.
 *
 * Its cosines are, without spread, `1 − w − w/(M−1)` for its class, `w − (1−w)/(C−1)` for its site, and for all others
 * `−(1−w)/(C−1) − w/(M−1)`, which is never more than either. Hence
 * - **overlap 0**: Assumption 1 holds at every anchor, for every hardening function and temperature, however large the classes are:
 *   each point of the class is closer than any other. A spread up to `arccos(−1/(C−1))/4` (at least π/8) keeps this true.
 * - **overlap 1**: all others of the class are as far as a point can be, while those of the other classes at the same site
 *   coincide with the anchor, so `h_same < h_diff` at every anchor that shares its site (with balanced classes, at all), if η is
 *   not zero there; where an anchor is alone at its site the two are equal.
 * - in between, balanced and without spread, all anchors are alike, and `h_same − h_diff` follows from the three cosines.
 *   It is positive at least until those of class and site are equal, at `w = r/(1 + r)`, `r = (1 − 1/M)/(1 − 1/C)`.
 *
 * Label noise leaves the points where they are. At overlap 0 a wrong label takes the anchor's own neighbours for strangers, so a
 * single one breaks the assumption at its anchor, and a small share leaves it true on average. Class `c` has
 * `M·imbalance^{−c/(C−1)}` points, rounded, at least 2.
 *
 * @param options see {@linkcode LatentClassOptions}
 * @throws {TypeError} if a number is not finite or a count not an integer
 * @throws {RangeError} if a number is outside its range
 *
 * Source: Jiang et al., arXiv 2209.00078, Assumption 1; the construction is this library's.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anchorStatistics, assumption1, latentClasses } from "@hscl/hscl";
 * const verdicts = await Promise.all([0, 1].map(async (overlap) => {
 *   const { embeddings, dim, labels } = latentClasses({ overlap });
 *   return assumption1(await anchorStatistics(embeddings, dim, labels))[0].verdict;
 * }));
 * assertEquals(verdicts.join(), "holds,fails");
 * ```
 */
export function latentClasses(options: LatentClassOptions = {}): LatentClasses {
  checkOptions(options, LATENT_CLASS_OPTIONS);
  const classes = checkInteger("classes", options.classes ?? 5, { min: 2 });
  const sites = checkInteger("pointsPerClass", options.pointsPerClass ?? 40, { min: 2 });
  const overlap = checkNumber("overlap", options.overlap ?? 0, { min: 0, max: 1 });
  const labelNoise = checkNumber("labelNoise", options.labelNoise ?? 0, { min: 0, max: 1 });
  const imbalance = checkNumber("imbalance", options.imbalance ?? 1, { min: 1 });
  const spread = checkNumber("spread", options.spread ?? 0, { min: 0, max: Math.PI / 4 });
  const random = new Random(options.seed ?? 0).child("latent classes");

  const points: { label: number; site: number }[] = [];
  for (let label = 0; label < classes; label++) {
    const size = Math.max(2, Math.round(sites * imbalance ** (-label / (classes - 1))));
    for (let site = 0; site < size; site++) points.push({ label, site });
  }
  const dim = classes + sites, embeddings = new Float64Array(points.length * dim);
  const places = random.child("spread");
  points.forEach(({ label, site }, i) => {
    const row = embeddings.subarray(i * dim, (i + 1) * dim);
    addCorner(row.subarray(0, classes), label, Math.sqrt(1 - overlap));
    addCorner(row.subarray(classes), site, Math.sqrt(overlap));
    if (spread > 0) turn(row, spread * places.uniform(), places);
  });
  const trueLabels = Int32Array.from(points, ({ label }) => label);
  return {
    embeddings,
    dim,
    labels: withNoise(trueLabels, classes, labelNoise, random.child("noise")),
    trueLabels,
  };
}

/** Adds a corner of the regular simplex with as many corners as there are coordinates, at this distance from 0. */
function addCorner(coordinates: Float64Array, corner: number, distance: number): void {
  const count = coordinates.length, scale = distance / Math.sqrt(1 - 1 / count);
  for (let k = 0; k < count; k++) coordinates[k] += scale * ((k === corner ? 1 : 0) - 1 / count);
}

/** Turns a unit vector by an angle, in a random direction. */
function turn(row: Float64Array, angle: number, random: Random): void {
  const direction = row.map(() => random.normal());
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, k) => sum + x * b[k], 0);
  const along = dot(direction, row);
  for (let k = 0; k < row.length; k++) direction[k] -= along * row[k];
  const length = Math.sqrt(dot(direction, direction));
  for (let k = 0; k < row.length; k++) {
    row[k] = Math.cos(angle) * row[k] + Math.sin(angle) * direction[k] / length;
  }
}

function withNoise(labels: Int32Array, classes: number, share: number, random: Random): Int32Array {
  const noisy = labels.slice();
  for (const i of random.permutation(labels.length).subarray(0, Math.round(share * labels.length))) {
    noisy[i] = (labels[i] + 1 + random.integer(classes - 1)) % classes;
  }
  return noisy;
}
