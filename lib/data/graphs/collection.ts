/**
 * Labelled graphs, their nodes one after the other. Edges have no direction and no weight; no node is its own neighbour, and none
 * is twice among those of another.
 */
export interface GraphSet {
  /** Number of graphs. */
  readonly count: number;
  /** Class index of each graph, `0 … classes - 1`. */
  readonly labels: Int32Array;
  /** Number of the first node of each graph, and at the end the number of all nodes: `count + 1` numbers. */
  readonly firstNode: Int32Array;
  /** Where the neighbours of each node begin in `neighbours`, and at the end how many there are: one number more than nodes. */
  readonly firstNeighbor: Int32Array;
  /** The neighbours of each node, ascending: numbers of nodes. */
  readonly neighbors: Int32Array;
  /** What is known of the nodes. */
  readonly features: NodeFeatures;
}

/** Features of nodes: a kind, which networks see as a one-hot vector, and attributes beside it. */
export interface NodeFeatures {
  /** How many kinds of nodes there are; 0 if they have none. */
  readonly kinds: number;
  /** The kind of each node, `0 … kinds - 1`; empty if there are none. */
  readonly kindOf: Int32Array;
  /** Attributes of a node; 0 if they have none. */
  readonly attributeDim: number;
  /** Row-major `[nodes, attributeDim]`. */
  readonly attributes: Float32Array;
}

/** A collection of labelled graphs. It has no split: graphs are few, and evaluated by cross-validation. */
export interface GraphCollection {
  /** Its name. */
  readonly name: string;
  /** Class names; `labels` index into it. */
  readonly classes: readonly string[];
  /** The graphs. */
  readonly graphs: GraphSet;
  /** SHA-256 (hex) of graphs, labels and features: collections with equal digests are the same data. */
  readonly digest: string;
}

/** Length of the vector that a network gets of a node. */
export function nodeFeatureDim({ kinds, attributeDim }: NodeFeatures): number {
  return kinds + attributeDim;
}
