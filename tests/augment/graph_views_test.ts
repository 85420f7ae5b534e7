import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "@hscl/hscl";
import {
  dropNodes,
  graphViewNames,
  graphViews,
  hideFeatures,
  oneOf,
  perturbEdges,
  subgraph,
} from "@hscl/hscl/augment";
import { type GraphView, graphView, madeUpGraphs } from "@hscl/hscl/data";

const { graphs } = madeUpGraphs();
const all = Array.from({ length: graphs.count }, (_, graph) => graphView(graphs, graph));

/** Edges by the numbers of their nodes in the set. */
function edgesOf({ nodes, edges }: GraphView): string[] {
  return Array.from({ length: edges.length / 2 }, (_, i) => {
    const ends = [nodes[edges[2 * i]], nodes[edges[2 * i + 1]]];
    return `${Math.min(...ends)} ${Math.max(...ends)}`;
  }).sort();
}

/** Whether an edge of the graph itself is between nodes that are left. */
function inside({ nodes }: GraphView, edge: string): boolean {
  return edge.split(" ").every((end) => nodes.includes(Number(end)));
}

Deno.test("a view of a graph is the whole graph, and its edges are those of the set", () => {
  for (const [graph, view] of all.entries()) {
    assertEquals(
      [...view.nodes],
      Array.from(
        { length: graphs.firstNode[graph + 1] - graphs.firstNode[graph] },
        (_, i) => graphs.firstNode[graph] + i,
      ),
    );
    const pairs = Array.from(view.nodes).flatMap((node) =>
      Array.from(graphs.neighbors.subarray(graphs.firstNeighbor[node], graphs.firstNeighbor[node + 1]))
        .filter((other) => other > node).map((other) => `${node} ${other}`)
    );
    assertEquals(edgesOf(view), pairs.sort());
  }
});

// What stands in the middle of a graph is seldom left by a walk.
for (
  const [name, transform, least] of [["dropped nodes", dropNodes(0.2), 1], [
    "a subgraph",
    subgraph(0.2),
    0.5,
  ]] as const
) {
  Deno.test(`${name}: four fifths of the nodes, and all edges between them`, () => {
    all.forEach((graph, i) => {
      const view = transform.apply(graph, new Random(i)), count = graph.nodes.length;
      assertEquals([view.nodes.length, new Set(view.nodes).size], [
        count - Math.round(count / 5),
        view.nodes.length,
      ]);
      assertEquals(edgesOf(view), edgesOf(graph).filter((edge) => inside(view, edge)));
    });
    // Any node may be left out, or many.
    const left = new Set(
      Array.from({ length: 200 }, (_, i) => transform.apply(all[0], new Random(i)))
        .flatMap((view) => [...all[0].nodes.filter((node) => !view.nodes.includes(node))]),
    );
    assert(left.size >= least * all[0].nodes.length, `${left.size}`);
  });
}

Deno.test("a subgraph of a ring is a path", () => {
  const count = 10, nodes = Int32Array.from({ length: count }, (_, i) => i);
  const ring = {
    nodes,
    edges: Int32Array.from(Array.from(nodes, (node) => [node, (node + 1) % count]).flat()),
  };
  for (let seed = 0; seed < 50; seed++) {
    assertEquals(subgraph(0.4).apply(ring, new Random(seed)).edges.length / 2, 5);
  }
  // Where the graph falls apart, other parts follow.
  const apart = { nodes, edges: new Int32Array(0) };
  assertEquals(subgraph(0.4).apply(apart, new Random(0)).nodes.length, 6);
});

Deno.test("a fifth of the edges is elsewhere, none twice and none from a node to itself", () => {
  all.forEach((graph, i) => {
    const view = perturbEdges(0.2).apply(graph, new Random(i)),
      before = edgesOf(graph),
      after = edgesOf(view);
    const changed = Math.round(before.length / 5);
    assertEquals([after.length, new Set(after).size], [before.length, before.length]);
    assertEquals(after.filter((edge) => !before.includes(edge)).length, changed);
    assert(after.every((edge) => new Set(edge.split(" ")).size === 2));
    assertEquals(view.nodes, graph.nodes);
  });
  const triangle = { nodes: Int32Array.of(0, 1, 2), edges: Int32Array.of(0, 1, 1, 2, 0, 2) };
  assertEquals(perturbEdges(0.34).apply(triangle, new Random(0)).edges.length / 2, 2, "no free place");
});

Deno.test("features of a fifth of the nodes are hidden, also in what is left of the graph", () => {
  const graph = all[0], view = hideFeatures(0.2).apply(graph, new Random(0));
  assertEquals([new Set(view.hidden).size, view.nodes], [Math.round(graph.nodes.length / 5), graph.nodes]);
  const hidden = new Set(Array.from(view.hidden!, (place) => view.nodes[place]));
  const less = dropNodes(0.5).apply(view, new Random(1));
  assertEquals(
    Array.from(less.hidden!, (place) => less.nodes[place]),
    Array.from(less.nodes).filter((node) => hidden.has(node)),
  );
});

Deno.test("every way of views has its name, is that of its stream and leaves the graph as it is", () => {
  for (const name of graphViewNames) {
    const before = JSON.stringify(all[2]);
    const views = [0, 0, 1, 2, 3, 4].map((seed) =>
      JSON.stringify(graphViews(name).apply(all[2], new Random(seed)))
    );
    assertEquals(views[0], views[1]);
    assertEquals(new Set(views).size > 1, name !== "whole");
    assertEquals(JSON.stringify(all[2]), before);
  }
  const single = { nodes: Int32Array.of(4), edges: new Int32Array(0) };
  for (const name of graphViewNames) {
    assertEquals([...graphViews(name).apply(single, new Random(0)).nodes], [4]);
  }
  assertEquals(oneOf([dropNodes(), hideFeatures()]).name, "one of drop nodes(0.2), hide features(0.2)");
  assertThrows(() => dropNodes(1), RangeError, "share");
  assertThrows(() => graphViews("flip" as never), RangeError, "views of graphs");
});
