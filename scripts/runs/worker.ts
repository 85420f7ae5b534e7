/**
 * A worker process: starts a backend, loads each data set once, then executes the runs it is sent, one after the other.
 * Started by pool.ts with a {@linkcode WorkerSetup} as argument; ends when it is told to, once it has kept the state of its
 * run, and when its stdin ends, also in the middle of a run, so it cannot outlive its parent.
 */
import { type ImageDataset, initBackend } from "../../mod.ts";
import { runExperiment, runLabel, RunTakenError } from "../../lib/experiment/mod.ts";
import { loadPlanned, plannedName } from "../../lib/experiment/planned_data.ts";
import { writeScores } from "../../lib/experiment/run_scores.ts";
import { endSignals } from "../cli/interruptible.ts";
import type { WorkerMessage, WorkerRequest, WorkerSetup } from "./protocol.ts";

// Progress is for people: more than this many messages a second would only cost time.
const STEP_MESSAGE_MILLISECONDS = 200;

const encoder = new TextEncoder();
function send(message: WorkerMessage): void {
  const bytes = encoder.encode(JSON.stringify(message) + "\n");
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}
// stdout carries messages only.
console.log = console.info = console.warn = console.error;

const setup: WorkerSetup = JSON.parse(Deno.args[0]);
const requests: (WorkerRequest & { type: "run" })[] = [], stopping = new AbortController();
let wake = () => {};
const stop = () => {
  stopping.abort(new Error("stopped"));
  wake();
};

const reader = new Worker(new URL("./requests.ts", import.meta.url).href, { type: "module" });
reader.onmessage = ({ data }: MessageEvent<WorkerRequest | "end">) => {
  if (data === "end") Deno.exit(0); // what was kept of the run stays
  if (data.type !== "run") return stop();
  requests.push(data);
  wake();
};
// Terminals and schedulers send these to every process, not only to the one that tells the others.
for (const name of endSignals) Deno.addSignalListener(name, stop);

try {
  send({ type: "ready", report: await initBackend({ backend: setup.backend }) });
} catch (error) {
  send({ type: "failed", message: (error as Error).message });
  Deno.exit(1);
}
const loaded = new Map<string, Promise<ImageDataset>>();
/** Images by the name that runs have for them, which are loaded once. */
function imagesOf(name: string): Promise<ImageDataset> {
  const [only, ...others] = setup.datasets;
  // Whether a single one fits, the run says itself.
  const planned = others.length === 0 ? only : setup.datasets.find((each) => plannedName(each) === name);
  if (!planned) throw new Error(`Cannot train as the images must be planned: received ${name}`);
  const images = loaded.get(name) ?? loadPlanned(planned);
  loaded.set(name, images);
  return images;
}
// Every run that wants the images is told why there are none.
imagesOf(plannedName(setup.datasets[0])).catch(() => {});

while (!stopping.signal.aborted) {
  const request = requests.shift();
  if (!request) {
    await new Promise<void>((resolve) => wake = resolve);
    continue;
  }
  let lastMessage = 0;
  try {
    // Made by whoever started this. On a disk that is gone it would be made once more, somewhere else.
    const place = await Deno.stat(setup.runsFolder).catch(() => undefined);
    if (!place) throw new Error(`Cannot train as ${setup.runsFolder} must stay where it is: received none`);
    const data = await imagesOf(request.settings.dataset.name), [label] = data.train.labels;
    // Of images of one class it was said before, once.
    const oneClass = data.train.labels.every((other) => other === label);
    const run = await runExperiment(request.settings, {
      folder: setup.runsFolder,
      data,
      force: request.force,
      sums: request.sums,
      snapshotMinutes: setup.snapshotMinutes,
      wait: false,
      signal: stopping.signal,
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
        oneClass || send({ type: "told", message: `${runLabel(request.settings)}: ${message}` }),
    });
    if (request.scores) await writeScores(setup.runsFolder, run, data, stopping.signal);
    send({ type: "done", folder: run.folder });
  } catch (error) {
    if (stopping.signal.aborted) break;
    if (error instanceof RunTakenError) send({ type: "taken", owner: error.owner });
    else send({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}
Deno.exit(0);
