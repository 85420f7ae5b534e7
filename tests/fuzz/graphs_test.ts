// Damaged graph collections: each is read as a second reader reads it, or refused in one line.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { Random } from "../../lib/core/random.ts";
import { DataError, loadTu } from "../../lib/data/mod.ts";
import { freshPath } from "./folders.ts";
import { damage, fuzz, pick } from "./fuzz.ts";

type Folder = Map<string, Uint8Array>;

const bytesOf = (rows: readonly (readonly (number | string)[])[]) =>
  new TextEncoder().encode(rows.map((row) => row.join(", ") + "\n").join(""));

/** A few graphs, of which one file may be damaged, gone or another's. */
function makeFolder(random: Random): Folder {
  const graphOf: number[][] = [], labels: number[][] = [], edges: number[][] = [];
  for (let graph = 1; graph <= 3; graph++) {
    const first = graphOf.length + 1, nodes = 1 + random.integer(4);
    for (let i = 0; i < nodes; i++) graphOf.push([graph]);
    labels.push([random.integer(3) - 1]);
    for (let i = 0; i < nodes; i++) {
      edges.push([first + random.integer(nodes), first + random.integer(nodes)]);
    }
  }
  const folder: Folder = new Map([
    ["T_A.txt", bytesOf(edges)],
    ["T_graph_indicator.txt", bytesOf(graphOf)],
    ["T_graph_labels.txt", bytesOf(labels)],
    ["T_node_labels.txt", bytesOf(graphOf.map(() => [random.integer(3)]))],
    ["T_node_attributes.txt", bytesOf(graphOf.map(() => [random.integer(10), random.normal().toFixed(4)]))],
  ]);
  const name = pick([...folder.keys()], random), bytes = folder.get(name)!, change = random.integer(12);
  if (change === 0) folder.delete(name);
  else if (change === 1) folder.set(name, folder.get(pick([...folder.keys()], random))!);
  else folder.set(name, damage(bytes, random).bytes);
  return folder;
}

/** The rows of a file as its format says: numbers with commas between them. */
function naiveRows(bytes: Uint8Array | undefined, isInteger: boolean): number[][] | undefined {
  if (bytes === undefined) return undefined;
  const text = [...bytes].map((byte) => String.fromCharCode(byte)).join("").replace(/[ \t\r\n]+$/, "");
  const rows = text === "" ? [] : text.split("\n").map((line) =>
    line.split(",").map((part) => {
      const known = isInteger
        ? /^[ \t\r]*[-+]?\d+[ \t\r]*$/
        : /^[ \t\r]*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?[ \t\r]*$/i;
      const value = known.test(part) ? Number(part.trim()) : NaN;
      return isInteger && Math.abs(value) >= 2 ** 31 ? NaN : Math.fround(value) === Infinity ? NaN : value;
    })
  );
  return rows.every((row) => row.length === rows[0].length && row.every(Number.isFinite)) ? rows : undefined;
}

interface Naive {
  labels: string[];
  edges: string[];
  kinds: number[];
}

function naiveGraphs(folder: Folder): Naive | undefined {
  const rows = (part: string, isInteger = true) => naiveRows(folder.get(`T_${part}.txt`), isInteger);
  const indicator = rows("graph_indicator"), labels = rows("graph_labels"), edges = rows("A");
  const kinds = rows("node_labels"), attributes = rows("node_attributes", false);
  if (!indicator || !labels || !edges || !attributes || (folder.has("T_node_labels.txt") && !kinds)) {
    return undefined;
  }
  const one = [indicator, labels, kinds ?? []];
  if (one.some((file) => file.some((row) => row.length !== 1)) || edges.some((row) => row.length !== 2)) {
    return undefined;
  }
  const graphOf = indicator.flat(), nodes = graphOf.length;
  if (nodes === 0 || graphOf[0] !== 1) return undefined;
  if (graphOf.some((graph, i) => i > 0 && graph !== graphOf[i - 1] && graph !== graphOf[i - 1] + 1)) {
    return undefined;
  }
  if (
    labels.length !== graphOf[nodes - 1] || attributes.length !== nodes || (kinds && kinds.length !== nodes)
  ) return undefined;
  const inside = edges.every(([a, b]) => graphOf[a - 1] !== undefined && graphOf[a - 1] === graphOf[b - 1]);
  if (!inside) return undefined;
  const pairs = edges.filter(([a, b]) => a !== b).flatMap((
    [a, b],
  ) => [`${a - 1} ${b - 1}`, `${b - 1} ${a - 1}`]);
  return { labels: labels.flat().map(String), edges: [...new Set(pairs)].sort(), kinds: kinds?.flat() ?? [] };
}

fuzz(
  "damaged graph collections are read as a second reader reads them, or refused",
  5,
  1000,
  makeFolder,
  async (files) => {
    const dataDir = freshPath(), expected = naiveGraphs(files);
    await Deno.mkdir(dataDir);
    for (const [name, bytes] of files) await Deno.writeFile(join(dataDir, name), bytes);
    try {
      const { graphs, classes } = await loadTu({ name: "T", dataDir, attributes: true });
      assert(expected !== undefined, "accepted");
      assertEquals(Array.from(graphs.labels, (label) => Number(classes[label])), expected.labels.map(Number));
      const edges = Array.from({ length: graphs.firstNeighbor.length - 1 }, (_, node) =>
        Array.from(
          graphs.neighbors.subarray(graphs.firstNeighbor[node], graphs.firstNeighbor[node + 1]),
          (other) => `${node} ${other}`,
        )).flat();
      assertEquals(edges.sort(), expected.edges);
      const same = (a: number, b: number) => a === b;
      const { kindOf } = graphs.features;
      assertEquals(kindOf.length, expected.kinds.length);
      for (let node = 1; node < kindOf.length; node++) {
        assertEquals(same(kindOf[node], kindOf[0]), same(expected.kinds[node], expected.kinds[0]));
      }
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      assertStringIncludes(error.message, dataDir);
      assert(!error.message.includes("\n") && error.message.length < 600, error.message);
      assertEquals(expected, undefined, `refused: ${error.message}`);
    } finally {
      await Deno.remove(dataDir, { recursive: true });
    }
  },
);
