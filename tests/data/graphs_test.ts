import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError } from "@hscl/hscl";
import {
  type GraphCollection,
  graphCollectionNames,
  graphCollections,
  loadGraphs,
  loadTu,
  madeUpGraphs,
} from "@hscl/hscl/data";
import { degreeFeatures } from "../../lib/data/graphs/node_features.ts";

/** A triangle, an edge, and a node alone; the triangle's edges in one direction, twice, and from a node to itself. */
const files: Readonly<Record<string, string>> = {
  A: "1, 2\n2,3\n 3 , 1\n1, 2\n2, 2\n4, 5\n5, 4\n",
  graph_indicator: "1\n1\n1\n2\n2\n3\n",
  graph_labels: "1\n-1\n1\n",
};

const withLabels = { ...files, node_labels: "7\n-2\n7\n7\n0\n0\n" };

const withAttributes = { ...withLabels, node_attributes: "0.5, 1e1\n1,2\n-1, .25\n4,4\n5,5\n 6,\t6\r\n" };

async function reading<T>(
  folder: Readonly<Record<string, string>>,
  work: (dataDir: string) => Promise<T>,
  inside = false,
): Promise<T> {
  const top = await Deno.makeTempDir(), at = inside ? `${top}/TINY` : top;
  try {
    await Deno.mkdir(at, { recursive: true });
    for (const [part, text] of Object.entries(folder)) {
      await Deno.writeTextFile(`${at}/TINY_${part}.txt`, text);
    }
    return await work(top);
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

const load = (folder: Readonly<Record<string, string>>, attributes = false) =>
  reading(folder, (dataDir) => loadTu({ name: "TINY", dataDir, attributes }));

function neighborsOf({ graphs }: GraphCollection, node: number): number[] {
  return [...graphs.neighbors.subarray(graphs.firstNeighbor[node], graphs.firstNeighbor[node + 1])];
}

Deno.test("edges count in both directions, once, and none to the node itself", async () => {
  const collection = await load(files), { graphs, classes } = collection;
  assertEquals([graphs.count, classes, [...graphs.labels]], [3, ["-1", "1"], [1, 0, 1]]);
  assertEquals([...graphs.firstNode], [0, 3, 5, 6]);
  assertEquals([0, 1, 2, 3, 4, 5].map((node) => neighborsOf(collection, node)), [
    [1, 2],
    [0, 2],
    [0, 1],
    [4],
    [3],
    [],
  ]);
});

Deno.test("nodes have their labels one-hot, their attributes if wanted, and else their degrees", async () => {
  const { graphs: { features: degrees } } = await load(files);
  assertEquals([degrees.kinds, [...degrees.kindOf], degrees.attributeDim], [3, [2, 2, 2, 1, 1, 0], 0]);
  const { graphs: { features: labels } } = await load(withAttributes);
  assertEquals([labels.kinds, [...labels.kindOf], labels.attributeDim], [3, [2, 0, 2, 2, 1, 1], 0]);
  const { graphs: { features: all } } = await load(withAttributes, true);
  assertEquals([all.kinds, all.attributeDim, [...all.attributes.slice(0, 6)]], [3, 2, [
    0.5,
    10,
    1,
    2,
    -1,
    0.25,
  ]]);
  const { node_labels: _, ...attributesOnly } = withAttributes;
  const { graphs: { features: alone } } = await load(attributesOnly, true);
  assertEquals([alone.kinds, alone.kindOf.length, alone.attributeDim], [0, 0, 2]);
});

Deno.test("degrees of 1,000 and more become one standardised number", () => {
  // A star of 1,001 nodes, and the ends of its rays.
  const firstNeighbor = Int32Array.from({ length: 1002 }, (_, node) => node === 0 ? 0 : 999 + node);
  const { kinds, attributeDim, attributes } = degreeFeatures(firstNeighbor);
  assertEquals([kinds, attributeDim, attributes.length], [0, 1, 1001]);
  const mean = 2000 / 1001, deviation = Math.sqrt(((1000 - mean) ** 2 + 1000 * (1 - mean) ** 2) / 1000);
  assertAlmostEquals(attributes[0], (1000 - mean) / deviation, 1e-4);
  assertAlmostEquals(attributes[1], (1 - mean) / deviation, 1e-6);
  assertEquals(degreeFeatures(firstNeighbor.map((first) => Math.max(0, first - 1))).kinds, 1000);
});

Deno.test("the folder of the collection or the one that holds it is given; equal content has an equal digest", async () => {
  const { digest } = await load(files);
  const inside = await reading(files, (dataDir) => loadTu({ name: "TINY", dataDir: `${dataDir}/` }), true);
  assertEquals(inside.digest, digest);
  const others = [withLabels, { ...files, graph_labels: "1\n1\n-1\n" }, { ...files, A: "1,2\n2,3\n4,5\n" }];
  const digests = await Promise.all(others.map(async (other) => (await load(other)).digest));
  assertEquals(new Set([digest, ...digests]).size, 4);
});

Deno.test("what is no collection is refused in one line that names file and line", async () => {
  const cases: [change: Record<string, string>, said: string, attributes?: true][] = [
    [{ A: "1, 2\n2, 7\n" }, "TINY_A.txt as nodes must be numbered 1 to 6: received 7 in line 2"],
    [{ A: "0, 1\n" }, "numbered 1 to 6: received 0 in line 1"],
    [{ A: "3, 4\n" }, "an edge must be within a graph: received one between graphs 1 and 2 in line 1"],
    [{ A: "1, 2\n2\n" }, `2 integers with a comma between them, of 32 bits: received "2" in line 2`],
    [{ A: "1, 2, 3\n" }, `received "1, 2, 3" in line 1`],
    [{ A: "1, 2\n\n2, 3\n" }, `received "" in line 2`],
    [{ A: "1, 99999999999\n" }, "of 32 bits"],
    [{ A: "1, 2.5\n" }, `received "1, 2.5" in line 1`],
    [{ graph_indicator: "" }, "TINY_graph_indicator.txt as there must be a node: received none"],
    [{ graph_indicator: "1\n1\n1\n3\n3\n3\n" }, "without a gap, ascending: received 3 after 1 in line 4"],
    [{ graph_indicator: "2\n2\n" }, "received 2 after no other in line 1"],
    [{ graph_indicator: "1\n1\n1\n2\n1\n3\n" }, "received 1 after 2 in line 5"],
    [{ graph_labels: "1\n2\n" }, "TINY_graph_labels.txt as it must have 3 lines, one per graph: received 2"],
    [{ graph_labels: "1\n2\n3\n4\n" }, "at most 3 lines, one per graph: received more"],
    [{ node_labels: "1\n2\n" }, "TINY_node_labels.txt as it must have 6 lines, one per node: received 2"],
    [{ node_labels: "1\nx\n" }, `an integer, of 32 bits: received "x" in line 2`],
    [{}, "received no file", true],
    [
      { node_attributes: "1\n" },
      "TINY_node_attributes.txt as it must have 6 lines, one per node: received 1",
      true,
    ],
    [
      { node_attributes: "1, 2\n3\n" },
      `2 finite numbers with commas between them: received "3" in line 2`,
      true,
    ],
    [{ node_attributes: "1e99\n" }, "1 finite numbers", true],
  ];
  for (const [change, said, attributes] of cases) {
    const error = await assertRejects(() => load({ ...files, ...change }, attributes), DataError, said);
    assert(!error.message.includes("\n") && error.message.startsWith("Cannot read "), error.message);
  }
  const { graph_labels: _, ...without } = files;
  await assertRejects(() => load(without), DataError, "received no file");
  await assertRejects(() => loadTu({ name: "TINY" }), DataError, "needs a data folder");
  await assertRejects(() => loadTu({ name: "../TINY", dataDir: "." }), RangeError, "without a folder");
  await assertRejects(() => loadTu({ name: "TINY", dataDir: 3 as unknown as string }), TypeError, "dataDir");
  await assertRejects(() => loadTu({ name: "TINY", atributes: true } as never), TypeError, "atributes");
});

Deno.test("made-up graphs are those of their seed, of five classes, and take their noise", () => {
  const made = madeUpGraphs(), { graphs } = made;
  assertEquals(madeUpGraphs().digest, made.digest);
  assert(madeUpGraphs({ seed: 1 }).digest !== made.digest);
  const nodes = Array.from({ length: graphs.count }, (_, i) => graphs.firstNode[i + 1] - graphs.firstNode[i]);
  assertEquals([graphs.count, Math.min(...nodes), Math.max(...nodes)], [150, 10, 20]);
  assertEquals([0, 1, 2, 3, 4].map((label) => graphs.labels.filter((own) => own === label).length), [
    30,
    30,
    30,
    30,
    30,
  ]);
  const clean = madeUpGraphs({ noise: 0, graphs: 5 });
  const degreesOf = (graph: number) =>
    Array.from(
      { length: clean.graphs.firstNode[graph + 1] - clean.graphs.firstNode[graph] },
      (_, i) => neighborsOf(clean, clean.graphs.firstNode[graph] + i).length,
    );
  assert(degreesOf(0).every((degree) => degree === 2), "a ring");
  const stars = degreesOf(1);
  assertEquals(stars.filter((degree) => degree === 1).length, stars.length - 2);
  const edges = (graph: number) => degreesOf(graph).reduce((sum, degree) => sum + degree) / 2;
  assertEquals(edges(2), degreesOf(2).length - 1, "a tree");
  assert(edges(3) > degreesOf(3).length, "a ladder");
  assertThrows(() => madeUpGraphs({ graphs: 4 }), RangeError, "graphs");
  assertThrows(() => madeUpGraphs({ noise: 2 }), RangeError, "noise");
});

Deno.test("each graph collection is found by its name, and says if it needs a folder", async () => {
  for (const name of graphCollectionNames) {
    const { needsFolder, label } = graphCollections[name];
    assertEquals(graphCollectionNames.filter((other) => graphCollections[other].label === label), [name]);
    if (needsFolder) {
      await assertRejects(() => loadGraphs(name), DataError, `${name} as it needs a data folder`);
    } else assertEquals((await loadGraphs(name)).name, name);
  }
  await assertRejects(() => loadGraphs("mutag" as never), RangeError, "graph collection");
});
