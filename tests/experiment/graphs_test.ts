import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { DataError, initBackend, Random } from "@hscl/hscl";
import { madeUpGraphs } from "@hscl/hscl/data";
import {
  ensureGraphRun,
  type GraphPlan,
  graphPresets,
  graphRunHash,
  type GraphRunSettings,
  graphRunsOf,
  presetNames,
  readGraphRun,
  trainGraphRun,
} from "@hscl/hscl/experiment";
import { stratifiedFolds } from "@hscl/hscl/evaluate";

const collection = madeUpGraphs({ graphs: 40 });
const plan: GraphPlan = {
  backend: "wasm",
  collection,
  views: "random",
  seeds: 2,
  folds: 4,
  epochs: 2,
  batchSize: 10,
  temperature: 0.5,
  optimizer: { learningRate: 1e-2, weightDecay: 0 },
};

/** The first training with a loss. */
function sclRun(change: Partial<GraphPlan> = {}): GraphRunSettings {
  return graphRunsOf({ ...plan, ...change }, [{ name: "scl" }])[1];
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await initBackend({ backend: "wasm" });
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a plan has every loss, seed and part once, and networks that nothing has trained", () => {
  const runs = graphRunsOf(plan, [{ name: "ucl" }, { name: "scl", temperature: 0.3 }]);
  assertEquals(runs.length, 2 * 4 * 3);
  assertEquals(new Set(runs.map(graphRunHash)).size, runs.length);
  const [untrained, ucl, scl] = runs;
  assertEquals([untrained.loss, untrained.epochs, ucl.epochs], [undefined, 0, 2]);
  assertEquals([ucl.loss, scl.loss], [{ name: "ucl", temperature: 0.5 }, { name: "scl", temperature: 0.3 }]);
  // What is not trained is the same however long others are, and a batch is never more than there is.
  assertEquals(graphRunHash(graphRunsOf({ ...plan, epochs: 9 }, [])[0]), graphRunHash(untrained));
  assertEquals(sclRun({ batchSize: 500 }).batchSize, 30);
  for (const change of [{ epochs: 3 }, { views: "whole" }, { temperature: 1 }, { folds: 5 }] as const) {
    assertNotEquals(graphRunHash(sclRun(change)), graphRunHash(sclRun()));
  }
  assertThrows(() => sclRun({ folds: 41 }), RangeError, "folds");
  assertThrows(() => sclRun({ seeds: 0 }), RangeError, "seeds");
  assertThrows(() => sclRun({ views: "flip" as never }), RangeError, "views of graphs");
  for (const name of presetNames) assert(graphPresets[name].folds >= 2 && graphPresets[name].seeds >= 2);
});

Deno.test("equal settings give equal numbers, those of another seed or part others", async () => {
  await initBackend({ backend: "wasm" });
  const settings = sclRun(),
    numbers = async (settings: GraphRunSettings) => {
      const { accuracy, cost, losses } = await trainGraphRun(settings, { collection });
      return { accuracy, cost, losses };
    };
  const first = await numbers(settings);
  assertEquals(await numbers(settings), first);
  assertNotEquals((await numbers({ ...settings, seed: 1 })).losses, first.losses);
  assertNotEquals((await numbers({ ...settings, part: { of: 4, fold: 1 } })).losses, first.losses);
});

Deno.test("a training sees no graph of the part that it is evaluated on, nor its label", async () => {
  await initBackend({ backend: "wasm" });
  const settings = sclRun(), { graphs } = collection;
  const foldOf = stratifiedFolds(graphs.labels, 4, new Random(settings.seed).child("parts"));
  // Nodes of that part have another kind; the labels cannot be changed, as the parts follow them.
  const features = {
    ...graphs.features,
    kindOf: graphs.features.kindOf.map((kind, node) => {
      const graph = graphs.firstNode.findIndex((first, i) => node >= first && node < graphs.firstNode[i + 1]);
      return foldOf[graph] === 0 ? 0 : kind;
    }),
  };
  const changed = { ...collection, graphs: { ...graphs, features } };
  const own = await trainGraphRun(settings, { collection }),
    others = await trainGraphRun(settings, { collection: changed });
  assertEquals(others.losses, own.losses);
  const elsewhere = { ...settings, part: { of: 4, fold: 1 } };
  assertNotEquals(
    (await trainGraphRun(elsewhere, { collection: changed })).losses,
    (await trainGraphRun(elsewhere, { collection })).losses,
  );
});

Deno.test("a recorded training is found again, one that is damaged or of other settings is not", () =>
  inFolder(async (folder) => {
    const settings = sclRun(), path = `${folder}/${graphRunHash(settings)}.json`;
    assertEquals(await readGraphRun(folder, settings), undefined);
    const record = await ensureGraphRun(settings, folder, { collection });
    assertEquals(await readGraphRun(folder, settings), record);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), [`${graphRunHash(settings)}.json`]);
    // Nothing is trained: the file stays as it is.
    const { mtime } = await Deno.stat(path);
    assertEquals(await ensureGraphRun(settings, folder, { collection }), record);
    assertEquals((await Deno.stat(path)).mtime, mtime);

    const text = await Deno.readTextFile(path);
    const damaged = [
      text.slice(0, -10),
      "",
      "null",
      "[]",
      JSON.stringify({ ...record, accuracy: 2 }),
      JSON.stringify({ ...record, losses: [1] }),
      JSON.stringify({ ...record, losses: [1, null] }),
      JSON.stringify({ ...record, settings: { ...settings, seed: 7 } }),
    ];
    for (const other of damaged) {
      await Deno.writeTextFile(path, other);
      assertEquals(await readGraphRun(folder, settings), undefined, other.slice(0, 60));
    }
    const again = await ensureGraphRun(settings, folder, { collection });
    assertAlmostEquals(again.accuracy, record.accuracy, 1e-12);
    assertEquals(again.losses, record.losses);
    await Deno.writeTextFile(path, JSON.stringify({ ...record, accuracy: 0 }));
    assertEquals((await ensureGraphRun(settings, folder, { collection })).accuracy, 0);
    assertEquals(
      (await ensureGraphRun(settings, folder, { collection, force: true })).accuracy,
      record.accuracy,
    );
  }));

Deno.test("other graphs and another backend are refused, and a training that is stopped leaves nothing", () =>
  inFolder(async (folder) => {
    const settings = sclRun();
    await assertRejects(
      () => trainGraphRun(settings, { collection: madeUpGraphs({ graphs: 40, seed: 1 }) }),
      DataError,
      "must be the graphs of the settings",
    );
    await assertRejects(
      () => trainGraphRun({ ...settings, backend: "cpu" }, { collection }),
      RangeError,
      "backend",
    );
    const signal = AbortSignal.abort(new Error("stopped"));
    await assertRejects(() => ensureGraphRun(settings, folder, { collection, signal }), Error, "stopped");
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
