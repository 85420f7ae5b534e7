import { classesOf } from "../../core/labels.ts";
import type { NodeFeatures } from "./collection.ts";

const NO_KINDS = { kinds: 0, kindOf: new Int32Array(0) };
const NO_ATTRIBUTES = { attributeDim: 0, attributes: new Float32Array(0) };

/** From this degree on there are too many kinds of nodes for a vector of each. */
const MOST_DEGREE_KINDS = 1000;

/** One kind for each label that a node has. */
export function labelFeatures(labels: ArrayLike<number>): NodeFeatures {
  const { labels: found, placeOf } = classesOf(labels);
  return { kinds: found.length, kindOf: Int32Array.from(placeOf), ...NO_ATTRIBUTES };
}

/** Attributes alone, or beside kinds. */
export function withAttributes(
  features: NodeFeatures | undefined,
  attributes: Float32Array,
  attributeDim: number,
): NodeFeatures {
  return {
    ...(features ?? NO_KINDS),
    kinds: features?.kinds ?? 0,
    kindOf: features?.kindOf ?? NO_KINDS.kindOf,
    attributeDim,
    attributes,
  };
}

/**
 * Degrees, for graphs of which nothing else is known: a kind for each from 0 to the largest, if that is below 1,000, or one
 * attribute, the degree less its mean over its standard deviation.
 *
 * @param firstNeighbor where the neighbours of each node begin
 */
export function degreeFeatures(firstNeighbor: Int32Array): NodeFeatures {
  const nodes = firstNeighbor.length - 1;
  const degrees = Int32Array.from(
    { length: nodes },
    (_, node) => firstNeighbor[node + 1] - firstNeighbor[node],
  );
  const most = degrees.reduce((most, degree) => Math.max(most, degree), 0);
  if (most < MOST_DEGREE_KINDS) return { kinds: most + 1, kindOf: degrees, ...NO_ATTRIBUTES };
  const mean = degrees.reduce((sum, degree) => sum + degree, 0) / nodes;
  const squares = degrees.reduce((sum, degree) => sum + (degree - mean) ** 2, 0);
  // Graphs of one degree alone have no other node to compare with: never at 1,000 neighbours but in a complete graph.
  const deviation = Math.sqrt(squares / (nodes - 1)) || 1;
  return {
    ...NO_KINDS,
    attributeDim: 1,
    attributes: Float32Array.from(degrees, (degree) => (degree - mean) / deviation),
  };
}
