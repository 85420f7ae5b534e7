/** A worker process that trains networks of images: loads the data set once, see {@linkcode serveRuns}. */
import { loadDataset } from "../../mod.ts";
import { runExperiment, type RunSettings } from "../../lib/experiment/mod.ts";
import type { WorkerSetup } from "./protocol.ts";
import { checkRunsPlace, serveRuns } from "./serve.ts";

// Progress is for people: more than this many messages a second would only cost time.
const STEP_MESSAGE_MILLISECONDS = 200;

await serveRuns<RunSettings, WorkerSetup>((setup) => {
  const loading = loadDataset(setup.dataset.name, setup.dataset.options);
  // Every run that wants the images is told why there are none.
  loading.catch(() => {});
  return async ({ settings, force, sums, signal, send }) => {
    await checkRunsPlace(setup.runsFolder);
    let lastMessage = 0;
    const { folder } = await runExperiment(settings, {
      folder: setup.runsFolder,
      data: await loading,
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
    });
    return folder;
  };
});
