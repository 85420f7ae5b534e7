// Runs whose other losses are recorded: settings, metrics, cut short and continued, opened again, and what is refused.
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { initBackend } from "@hscl/hscl";
import { SettingsError } from "../../lib/core/settings_error.ts";
import {
  openRun,
  parseRunPlan,
  type Plan,
  runExperiment,
  runHash,
  runPlanText,
  runsOf,
} from "@hscl/hscl/experiment";
import type { LossSettings } from "@hscl/hscl/train";
import { data, plan } from "./tiny.ts";

const observed: LossSettings[] = [
  { name: "scl", positives: "view" },
  { name: "hscl", hardening: { name: "exponential", parameters: { beta: 2 } } },
];
const settingsOf = (change: Partial<Plan>) => runsOf({ ...plan, ...change }, [{ name: "ucl" }])[0];

/** Every byte of a run that no time is in. */
async function bytesOf(folder: string): Promise<Record<string, Uint8Array>> {
  const names = [
    "metrics.jsonl",
    "embeddings.npy",
    "snapshot/state.json",
    "snapshot/moments.bin",
    "checkpoint/weights.bin",
  ];
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await Deno.readFile(`${folder}/${name}`)])),
  );
}

Deno.test("losses that are observed are settings of a run, with its temperature, and change none of its other numbers", async () => {
  await initBackend({ backend: "cpu" });
  const usual = settingsOf({}), watched = settingsOf({ observed });
  assert(!("observed" in usual));
  assertEquals(watched.observed, observed.map((loss) => ({ temperature: 0.5, ...loss })));
  assertEquals({ ...watched, observed: undefined }, { ...usual, observed: undefined });
  assertNotEquals(runHash(watched), runHash(usual));
  const folder = await Deno.makeTempDir();
  const { metrics: [plain] } = await runExperiment(usual, { folder, data });
  const record = await runExperiment(watched, { folder, data });
  const [{ observed: values, ...others }] = record.metrics;
  assertEquals(others, plain);
  assert(values!.length === 2 && values!.every((value) => value > 0 && value !== plain.loss));
  assertEquals((await openRun(record.folder)).metrics, record.metrics);
  // They are a part of what is handed to others.
  const text = runPlanText({ dataset: { name: "synthetic", options: {} }, runs: [watched] });
  assertEquals(parseRunPlan(text, "it").runs, [watched]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a run that is observed and cut short within an epoch ends with the same bytes", async () => {
  await initBackend({ backend: "cpu" });
  const settings = { ...settingsOf({ observed }), epochs: 2 };
  const folder = await Deno.makeTempDir(), other = await Deno.makeTempDir();
  const whole = await runExperiment(settings, { folder, data });
  const controller = new AbortController(), resumed: number[][] = [];
  await assertRejects(
    () =>
      runExperiment(settings, {
        folder: other,
        data,
        signal: controller.signal,
        onStep: ({ epoch, step }) => epoch === 2 && step === 1 && controller.abort(new Error("enough")),
      }),
    Error,
    "enough",
  );
  const again = await runExperiment(settings, {
    folder: other,
    data,
    onResume: (epochs, steps) => resumed.push([epochs, steps]),
  });
  assertEquals(resumed, [[1, 1]]);
  assertEquals(again.metrics, whole.metrics);
  assertEquals(await bytesOf(again.folder), await bytesOf(whole.folder));
  const longer = await runExperiment({ ...settings, epochs: 3 }, { folder: other, data });
  assertEquals(longer.metrics.slice(0, 2), whole.metrics);
  assertEquals(longer.metrics[2].observed!.length, 2);
  for (const each of [folder, other]) await Deno.remove(each, { recursive: true });
});

Deno.test("an observed loss with a schedule makes a run of more epochs another one", () => {
  const beta = { kind: "stepped", from: 1, to: 0, steps: 2 } as const;
  const scheduled = settingsOf({
    observed: [{ name: "hucl", hardening: { name: "exponential", parameters: { beta } } }],
  });
  assertNotEquals(runHash(scheduled), runHash({ ...scheduled, epochs: 9 }));
  const fixed = settingsOf({ observed });
  assertEquals(runHash(fixed), runHash({ ...fixed, epochs: 9 }));
});

Deno.test("losses that cannot be observed are refused before anything is trained", async () => {
  await initBackend({ backend: "cpu" });
  assertThrows(() => settingsOf({ observed: [{ name: "hscl" }] }), SettingsError, "with hardening");
  assertThrows(
    () => runsOf({ ...plan, views: "single", observed: [{ name: "ucl" }] }, [{ name: "scl" }]),
    SettingsError,
    "single views",
  );
  const folder = await Deno.makeTempDir(), usual = settingsOf({});
  const learned = { name: "scl", learnedTemperature: { min: 0.1, max: 1 } } as const;
  const unlabelled = { ...usual.dataset, options: { trainOn: "unlabeled", unlabeledImages: 24 } };
  const head = { ...(usual.encoder as unknown as { head: object }).head, embedding: "ball" };
  for (
    const [change, says] of [
      [{ observed: "scl" }, "observed losses as it must be an array of settings of losses"],
      [{ observed: [] }, "as there must be one or more: received none"],
      [{ observed: [{ name: "best" }] }, "loss as it must be"],
      [{ observed: [learned] }, "its temperature must be fixed"],
      [{ observed: [{ name: "scl" }], dataset: unlabelled }, "the loss must need none"],
      [{ observed: [{ name: "scl", normalize: true }], encoder: { ...usual.encoder, head } }, "unit ball"],
    ] as const
  ) {
    const settings = { ...usual, ...change } as unknown as typeof usual;
    await assertRejects(() => runExperiment(settings, { folder, data }), Error, says);
  }
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder, { recursive: true });
});
