// Runs with a learned temperature and a cross-entropy: settings, metrics, continued, and opened again.
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { initBackend, openCheckpoint } from "@hscl/hscl";
import { embedImages, openRun, type Plan, runExperiment, runHash, runsOf } from "@hscl/hscl/experiment";
import { data, plan } from "./tiny.ts";

const settingsOf = (change: Partial<Plan>) => runsOf({ ...plan, ...change }, [{ name: "scl" }])[0];

Deno.test("a run learns its temperature, reports it, goes on and is opened as any other", async () => {
  await initBackend({ backend: "cpu" });
  const change = { learnedTemperature: { min: 0.01, max: 10 }, crossEntropy: 0.5 };
  const settings = settingsOf(change), usual = settingsOf({});
  assertEquals(new Set([settings, usual, settingsOf({ crossEntropy: 0.5 })].map(runHash)).size, 3);
  assert(!("crossEntropy" in usual) && !("learnedTemperature" in usual.loss));
  const folder = await Deno.makeTempDir(), other = await Deno.makeTempDir();
  const whole = await runExperiment({ ...settings, epochs: 2 }, { folder, data });
  const [first, second] = whole.metrics.map(({ temperature }) => temperature!);
  assert(first !== 0.5 && Math.abs(first - 0.5) < 0.1);
  assertNotEquals(first, second);
  await runExperiment(settings, { folder: other, data });
  const longer = await runExperiment({ ...settings, epochs: 2 }, { folder: other, data });
  assertEquals(longer.metrics, whole.metrics);
  assertEquals((await openRun(whole.folder)).metrics, whole.metrics);
  const { features } = await embedImages(whole, data.test, data.shape);
  const checkpoint = await openCheckpoint(`${whole.folder}/checkpoint`);
  assertEquals((await checkpoint.embed(data.test)).features, features);
  assertEquals((await runExperiment(usual, { folder, data })).metrics[0].temperature, undefined);
  for (const each of [folder, other]) await Deno.remove(each, { recursive: true });
});
