// Runs of other views: settings of their own only where the numbers are.
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { initBackend, pipelineFor } from "@hscl/hscl";
import {
  negativeWeightOf,
  type Plan,
  runExperiment,
  runHash,
  type RunSettings,
  runsOf,
} from "@hscl/hscl/experiment";
import { checkRunSettings } from "../../lib/experiment/check_run_settings.ts";
import { data, plan } from "./tiny.ts";

const settingsOf = (change: Partial<Plan>) => runsOf({ ...plan, ...change }, [{ name: "scl" }])[0];

Deno.test("views and augmentation are settings of a run where they are not as usual", () => {
  const usual = settingsOf({});
  assertEquals(settingsOf({ views: "two", augmentation: "usual" }), usual);
  const single = settingsOf({ views: "single" }), still = settingsOf({ augmentation: "none" });
  assertEquals(single, { ...usual, views: "single" });
  assertEquals(still.augmentation.views, [pipelineFor(data).evaluate.name]);
  const all = [usual, single, still, settingsOf({ views: "same-class" })];
  assertEquals(new Set(all.map(runHash)).size, 4);
  all.forEach(checkRunSettings);
  assertThrows(
    () => checkRunSettings({ ...usual, views: "two" } as unknown as RunSettings),
    RangeError,
    "views",
  );
  assertThrows(
    () => checkRunSettings({ ...single, loss: { name: "ucl" } } as RunSettings),
    TypeError,
    "Cannot train on single views",
  );
  assertThrows(
    () => runsOf({ ...plan, views: "single" }, [{ name: "scl" }, { name: "ucl" }]),
    Error,
    "Cannot train on single views",
  );
});

Deno.test("the weight of the negatives is the number of embeddings of other images", () => {
  assertEquals([negativeWeightOf(12), negativeWeightOf(12, "same-class"), negativeWeightOf(12, "single")], [
    22,
    22,
    11,
  ]);
});

Deno.test("runs of other views are trained, as their settings say, and continued", async () => {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir(), first = await runExperiment(settingsOf({}), { folder, data });
  for (const change of [{ views: "single", augmentation: "none" }, { views: "same-class" }] as const) {
    const settings = settingsOf(change),
      whole = await runExperiment({ ...settings, epochs: 2 }, { folder, data });
    assertNotEquals(whole.metrics[0].loss, first.metrics[0].loss);
    const other = await Deno.makeTempDir(), short = await runExperiment(settings, { folder: other, data });
    assertEquals(short.metrics, whole.metrics.slice(0, 1));
    assertEquals(
      (await runExperiment({ ...settings, epochs: 2 }, { folder: other, data })).metrics,
      whole.metrics,
    );
    await Deno.remove(other, { recursive: true });
  }
  const { augmentation } = settingsOf({ augmentation: "none" });
  const odd = {
    ...settingsOf({}),
    augmentation: { ...augmentation, views: [...augmentation.views, "more"] },
  };
  await assertRejects(() => runExperiment(odd, { folder, data }), Error, "must be that of synthetic");
  assert(first.metrics.length === 1);
  await Deno.remove(folder, { recursive: true });
});
