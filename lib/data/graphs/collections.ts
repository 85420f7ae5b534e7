import { checkOneOf, checkOptions } from "../../core/checks.ts";
import type { GraphCollection } from "./collection.ts";
import { MADE_UP_GRAPHS, madeUpGraphs } from "./made_up.ts";
import { loadTu } from "./tu.ts";

/** Where a graph collection comes from. */
export interface GraphSource {
  /** How figures call it. */
  readonly label: string;
  /** Whether it needs a folder. */
  readonly needsFolder: boolean;
  /** Reads or makes the graphs. */
  load(options: GraphOptions): Promise<GraphCollection>;
}

/** Options of {@linkcode loadGraphs}. */
export interface GraphOptions {
  /** The folder that has the folders of the collections, or that of the one. */
  dataDir?: string;
  /** Whether nodes have their attributes, too; not if left out. */
  attributes?: boolean;
}

const tu = (name: string): GraphSource => ({
  label: name,
  needsFolder: true,
  load: (options) => loadTu({ name, ...options }),
});

const madeUp: GraphSource = {
  label: "made-up graphs",
  needsFolder: false,
  load: () => Promise.resolve(madeUpGraphs()),
};

/** Name of a graph collection. */
export type GraphCollectionName =
  | "made-up"
  | "MUTAG"
  | "PTC_MR"
  | "ENZYMES"
  | "PROTEINS"
  | "PROTEINS_full"
  | "DD"
  | "IMDB-BINARY"
  | "IMDB-MULTI"
  | "REDDIT-BINARY";

/** The graph collections by name: that of the made-up graphs, and those of the TU Dortmund that the forerunners compare with. */
export const graphCollections: Readonly<Record<GraphCollectionName, GraphSource>> = {
  [MADE_UP_GRAPHS]: madeUp,
  "MUTAG": tu("MUTAG"),
  "PTC_MR": tu("PTC_MR"),
  "ENZYMES": tu("ENZYMES"),
  "PROTEINS": tu("PROTEINS"),
  "PROTEINS_full": tu("PROTEINS_full"),
  "DD": tu("DD"),
  "IMDB-BINARY": tu("IMDB-BINARY"),
  "IMDB-MULTI": tu("IMDB-MULTI"),
  "REDDIT-BINARY": tu("REDDIT-BINARY"),
};

/** The names of the graph collections. */
export const graphCollectionNames = /* @__PURE__ */ Object.keys(graphCollections) as GraphCollectionName[];

/**
 * A graph collection by name. Made-up graphs have no options, and ignore them.
 *
 * @throws {DataError} if files are missing or broken
 * @throws {RangeError} if the name is not known; {@linkcode loadTu} reads any other collection of the format
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadGraphs } from "@hscl/hscl/data";
 * const { graphs, classes } = await loadGraphs("made-up");
 * assertEquals([graphs.count, classes.length], [150, 5]);
 * ```
 */
export async function loadGraphs(
  name: GraphCollectionName,
  options: GraphOptions = {},
): Promise<GraphCollection> {
  const own = checkOptions(options, { dataDir: true, attributes: true });
  return await graphCollections[checkOneOf("graph collection", name, graphCollectionNames)].load(own);
}
