import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { initBackend, loadDataset, lossFromSettings } from "@hscl/hscl";
import { factsOf, runExperiment, runsOf, trainingOf } from "@hscl/hscl/experiment";

const { backend } = await initBackend({ backend: "cpu" });
const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
const plan = { backend, data: factsOf(data), network: "convnet", size: "small", seeds: 1 } as const;
const hardening = { name: "exponential", parameters: { beta: 1 } } as const;
const [settings] = runsOf({ ...plan, epochs: 2, batchSize: 10, temperature: 0.5 }, [
  { name: "hscl", hardening },
]);

/** Metrics of all epochs. */
async function metricsOf(options: Parameters<Awaited<ReturnType<typeof trainingOf>>["epochs"]>[0] = {}) {
  const training = await trainingOf(settings, data), all = [];
  for await (const { metrics } of training.epochs(options)) all.push(metrics);
  training.dispose();
  return all;
}

Deno.test("trainingOf has the numbers of the run that is written down", async () => {
  const folder = await Deno.makeTempDir();
  const { metrics } = await runExperiment(settings, { folder, data });
  assertEquals(await metricsOf(), metrics);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("trainingOf may wait between steps, with the same numbers", async () => {
  const steps: number[] = [], waits: number[] = [];
  const keeper = {
    due: () => true,
    keep: ({ step }: { step: number }) => {
      waits.push(step);
      return new Promise<void>((resolve) => setTimeout(resolve, 1));
    },
  };
  assertEquals(await metricsOf({ keeper, onStep: ({ step }) => steps.push(step) }), await metricsOf());
  assertEquals([steps, waits], [[1, 2, 1, 2], [1, 2, 1, 2]]);
});

Deno.test("trainingOf takes another loss, from some step on, and the same one without a change", async () => {
  const usual = await metricsOf();
  assertEquals(await metricsOf({ loss: lossFromSettings(settings.loss) }), usual);
  const harder = { ...hardening, parameters: { beta: 5 } };
  let beta: typeof hardening | typeof harder = hardening;
  const changed = await metricsOf({
    loss: (view1, view2, labels, step) => {
      if (step!.epoch === 2) beta = harder;
      return lossFromSettings({ ...settings.loss, hardening: beta } as typeof settings.loss)(
        view1,
        view2,
        labels,
        step,
      );
    },
  });
  assertEquals(changed[0], usual[0]);
  assertNotEquals(changed[1].loss, usual[1].loss);
});

Deno.test("trainingOf refuses other images, and a backend that does not run", async () => {
  const other = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 9, width: 9 });
  await assertRejects(() => trainingOf(settings, other), Error, "Cannot train as the images must be those");
  await assertRejects(() => trainingOf({ ...settings, backend: "wasm" }, data), RangeError, "that runs, cpu");
  await assertRejects(() => trainingOf(undefined as never, data), TypeError, "settings");
  await assertRejects(() => trainingOf({ ...settings, epochs: 0 }, data), RangeError, "epochs");
});
