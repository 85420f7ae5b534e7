import type { Labels } from "../core/labels.ts";
import { describe } from "../core/checks.ts";
import { observedStatistics } from "./anchor_statistics.ts";
import { assumption1 } from "./assumption1.ts";
import type { ClaimReport, TheoremReport } from "./claim.ts";
import type { Embeddings } from "./class_sorted.ts";
import { checkConvergence, type ConvergenceReport } from "./convergence.ts";
import { type CollapseGeometry, collapseGeometry } from "./geometry.ts";
import { harris, type HarrisReport } from "./harris.ts";
import type { TheoryOptions } from "./options.ts";
import { type PopulationLosses, populationLosses } from "./population_losses.ts";
import { theorem1, type Theorem1Report } from "./theorem1.ts";
import { theorem2 } from "./theorem2.ts";

/** Everything that the theory says of one set of embeddings; arrays have one entry per hardening function unless they say so. */
export interface TheoryCheck {
  /** Number of embeddings. */
  readonly count: number;
  /** Length of an embedding. */
  readonly dim: number;
  /** `T`. */
  readonly temperature: number;
  /** `Q`. */
  readonly negativeWeight: number;
  /** How the cosines were computed. */
  readonly products: "float64" | "float32";
  /** See {@linkcode populationLosses}. */
  readonly losses: readonly PopulationLosses[];
  /** See {@linkcode assumption1}. */
  readonly assumption1: readonly ClaimReport[];
  /** See {@linkcode theorem1}. */
  readonly theorem1: readonly Theorem1Report[];
  /** See {@linkcode theorem2}. */
  readonly theorem2: readonly TheoremReport[];
  /** See {@linkcode harris}. */
  readonly harris: readonly HarrisReport[];
  /** See {@linkcode checkConvergence}: UCL, SCL, and H-UCL and H-SCL for each hardening function. */
  readonly convergence: readonly ConvergenceReport[];
  /** See {@linkcode collapseGeometry}. */
  readonly geometry: CollapseGeometry;
}

/**
 * All checks of the theory on one set of embeddings, with one pass over all pairs. The result is plain data, which a worker can
 * send.
 *
 * @param embeddings `[n, dim]` row-major; rows are scaled to unit norm
 * @param dim length of an embedding
 * @param labels class of each embedding, any integers
 * @param options see {@linkcode TheoryOptions}
 * @param onStage is called with what goes on, in words, before each part of the work; during the longest, comparing all pairs,
 *   again with how much of it is done, above 0 … 1
 * @throws {RangeError} if lengths do not fit, a row is zero or not finite, or an option is outside its range
 * @throws {TypeError} if a label is not an integer or an option not a number
 *
 * Source: Jiang et al., arXiv 2209.00078; what each part checks is said there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkTheory } from "@hscl/hscl/theory";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1); // two classes at a right angle
 * const check = await checkTheory(corners, 2, [0, 0, 1, 1]);
 * assertEquals(check.assumption1[0].verdict, "holds");
 * assertEquals(check.theorem2[0].exceptions, 0);
 * ```
 */
export async function checkTheory(
  embeddings: Embeddings,
  dim: number,
  labels: Labels,
  options: TheoryOptions = {},
  onStage: (stage: string, share?: number) => void = () => {},
): Promise<TheoryCheck> {
  if (typeof onStage !== "function") {
    throw new TypeError(`Cannot use onStage as it must be a function: received ${describe(onStage)}`);
  }
  const pairs = "comparing all pairs";
  onStage(pairs);
  const statistics = await observedStatistics(
    embeddings,
    dim,
    labels,
    options,
    (share) => onStage(pairs, share),
  );
  onStage("claims and their intervals");
  const { count, temperature, negativeWeight, products } = statistics;
  const claims = {
    losses: populationLosses(statistics),
    assumption1: assumption1(statistics),
    theorem1: theorem1(statistics),
    theorem2: theorem2(statistics),
    harris: harris(statistics),
  };
  onStage("limit of many negatives");
  const convergence = checkConvergence(embeddings, dim, labels, options);
  onStage("geometry of the class means");
  const geometry = collapseGeometry(embeddings, dim, labels);
  return { count, dim, temperature, negativeWeight, products, ...claims, convergence, geometry };
}
