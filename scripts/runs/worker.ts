/** A worker process that trains networks of images: loads each data set once, see {@linkcode serveRuns}. */
import type { ImageDataset } from "../../mod.ts";
import { runExperiment, runLabel, type RunSettings } from "../../lib/experiment/mod.ts";
import { loadPlanned, type PlannedData, plannedFor } from "../../lib/experiment/planned_data.ts";
import { writeScores } from "../../lib/experiment/run_scores.ts";
import type { WorkerSetup } from "./protocol.ts";
import { checkRunsPlace, serveRuns } from "./serve.ts";

// Progress is for people: more than this many messages a second would only cost time.
const STEP_MESSAGE_MILLISECONDS = 200;

await serveRuns<RunSettings, WorkerSetup>((setup) => {
  const loaded = new Map<PlannedData, Promise<ImageDataset>>();
  /** Images that are planned, which are loaded once. */
  const imagesOf = (planned: PlannedData): Promise<ImageDataset> => {
    const images = loaded.get(planned) ?? loadPlanned(planned);
    loaded.set(planned, images);
    return images;
  };
  // Every run that wants the images is told why there are none.
  imagesOf(setup.datasets[0]).catch(() => {});
  return async ({ settings, force, sums, scores, signal, send }) => {
    await checkRunsPlace(setup.runsFolder);
    const [only, ...others] = setup.datasets;
    // Whether a single one fits, the run says itself.
    const planned = others.length === 0 ? only : plannedFor(setup.datasets, settings.dataset);
    if (!planned) {
      throw new Error(`Cannot train as the images must be planned: received ${settings.dataset.name}`);
    }
    const data = await imagesOf(planned), [label] = data.train.labels;
    // Of images of one class it was said before, once.
    const oneClass = data.train.labels.every((other) => other === label);
    let lastMessage = 0;
    const run = await runExperiment(settings, {
      folder: setup.runsFolder,
      data,
      force,
      sums,
      snapshotMinutes: setup.snapshotMinutes,
      wait: false,
      signal,
      onStep(progress) {
        const now = performance.now();
        if (now - lastMessage < STEP_MESSAGE_MILLISECONDS && progress.step < progress.stepsPerEpoch) return;
        lastMessage = now;
        send({ type: "step", progress });
      },
      onEpoch: (metrics, time) => send({ type: "epoch", metrics, time }),
      onResume: (epochs, steps) => send({ type: "resumed", epochs, steps }),
      onDamage: (message) => send({ type: "told", message }),
      onWarning: (message) =>
        oneClass || send({ type: "told", message: `${runLabel(settings)}: ${message}` }),
    });
    if (scores) await writeScores(setup.runsFolder, run, data, signal);
    return run.folder;
  };
});
