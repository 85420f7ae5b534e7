import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { initBackend, loadDataset } from "@hscl/hscl";
import { factsOf, listRuns, runsOf } from "@hscl/hscl/experiment";
import { lossLine, trainRuns } from "../../lib/notebook/mod.ts";
import { lossNames, lossPresets } from "../../lib/losses/mod.ts";
import { lossStyles } from "../../lib/figures/mod.ts";
import { listener } from "./fixture.ts";

async function plannedRuns(epochs: number) {
  const { backend } = await initBackend({ backend: "cpu" });
  const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
  const sizes = { seeds: 1, epochs, batchSize: 10, temperature: 0.5 };
  const plan = { backend, data: factsOf(data), network: "convnet", ...sizes } as const;
  const hardening = { name: "exponential", parameters: { beta: 2 } } as const;
  return { data, runs: runsOf(plan, [{ name: "ucl" }, { name: "hscl", hardening }]) };
}

Deno.test("trainRuns: trains what is not there, finds what is, and shows the same in the end", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { data, runs: [ucl, hscl] } = await plannedRuns(1), runs = [ucl, { ...hscl, epochs: 2 }];
    const first = listener(), second = listener();
    const trained = await trainRuns(runs, { folder, data }, first.broadcast);
    assertEquals(trained.map(({ settings }) => settings), runs);
    assertEquals((await listRuns(folder)).runs.length, 2);
    assertMatch(first.messages[0].text, /UCL, epochs 1, seed 0 +░{20} +0 of 1 +– +waiting/);
    assert(first.messages.some(({ text }) => /images\/s/.test(text)), "no step was shown");

    assertEquals(await trainRuns(runs, { folder, data }, second.broadcast), trained);
    assert(!second.messages.some(({ text }) => /images\/s/.test(text)), "a run was trained again");
    const last = second.messages.at(-1)!.text;
    assertEquals(last, first.messages.at(-1)!.text);
    const loss = trained[1].metrics[1].loss.toPrecision(4);
    assertMatch(last, new RegExp(`H-SCL β = 2, epochs 2, seed 0 +█{20} +2 of 2 +${loss} +done$`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("trainRuns: runs of one loss have a row each, named by what sets them apart", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { data, runs: [run] } = await plannedRuns(1), { messages, broadcast } = listener();
    const runs = [0.5, 0.1].map((temperature) => ({ ...run, loss: { ...run.loss, temperature } }));
    const trained = await trainRuns(runs, { folder, data }, broadcast);
    const rows = messages.at(-1)!.text.split("\n").slice(1);
    assertEquals(
      rows.map((row) => row.split(/ {2,}/)[0]),
      ["UCL, loss temperature 0.5, seed 0", "UCL, loss temperature 0.1, seed 0"],
    );
    assertEquals(
      rows.map((row) => row.split(/ {2,}/)[3]),
      trained.map(({ metrics }) => metrics[0].loss.toPrecision(4)),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("trainRuns refuses what is no list, and no options", async () => {
  // deno-lint-ignore no-explicit-any
  for (const given of [undefined, null, 3, {}] as any[]) {
    await assertRejects(() => trainRuns(given, { folder: "x" }), TypeError, "must be an array of settings");
  }
  // deno-lint-ignore no-explicit-any
  for (const given of [undefined, null, 3, []] as any[]) {
    await assertRejects(() => trainRuns([], given), TypeError, "Cannot use options as it must be an object");
  }
});

for (const loss of lossNames) {
  Deno.test(`lossLine: ${loss} looks as in every figure`, () => {
    const { name, line, marker, ...points } = lossLine(loss, [1, 2], [3, 4]);
    const { color, dash, symbol } = lossStyles[loss];
    assertEquals(name, lossPresets[loss].label);
    assertEquals(points, { x: [1, 2], y: [3, 4], mode: "lines+markers" });
    assertEquals(line, { color, dash, width: 2.5 });
    assertEquals(marker, { color, symbol, size: 8, maxdisplayed: 12 });
  });
}

Deno.test("lossLine refuses what is no loss", async () => {
  for (const given of ["H-SCL", "toString", undefined]) {
    await assertRejects(
      // deno-lint-ignore require-await
      async () => lossLine(given as never, [1], [1]),
      Error,
      "Cannot use loss as it must be one of ucl",
    );
  }
});
