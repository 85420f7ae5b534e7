/**
 * A worker process: starts a backend, loads the data set once, then executes the runs it is sent, one after the other.
 * Started by pool.ts with a {@linkcode WorkerSetup} as argument; ends when its stdin does, also in the middle of a
 * run, so it cannot outlive its parent.
 */
import { initBackend, loadDataset } from "../../mod.ts";
import { runExperiment } from "../../lib/experiment/mod.ts";
import { removeOpenRuns } from "../../lib/experiment/partial_run.ts";
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
const requests: WorkerRequest[] = [];
let wake = () => {};

const reader = new Worker(new URL("./requests.ts", import.meta.url).href, { type: "module" });
reader.onmessage = async ({ data }: MessageEvent<WorkerRequest | "end">) => {
  if (data === "end") {
    await removeOpenRuns();
    Deno.exit(0);
  }
  requests.push(data);
  wake();
};

try {
  send({ type: "ready", report: await initBackend({ backend: setup.backend }) });
} catch (error) {
  send({ type: "failed", message: (error as Error).message });
  Deno.exit(1);
}
const data = await loadDataset(setup.dataset.name, setup.dataset.options);

for (;;) {
  const request = requests.shift();
  if (!request) {
    await new Promise<void>((resolve) => wake = resolve);
    continue;
  }
  let lastMessage = 0;
  try {
    const { folder } = await runExperiment(request.settings, {
      folder: setup.runsFolder,
      data,
      // Whether it is there was looked at by who asks for it.
      force: true,
      onStep(progress) {
        const now = performance.now();
        if (now - lastMessage < STEP_MESSAGE_MILLISECONDS && progress.step < progress.stepsPerEpoch) return;
        lastMessage = now;
        send({ type: "step", progress });
      },
      onEpoch: (metrics) => send({ type: "epoch", metrics }),
    });
    send({ type: "done", folder });
  } catch (error) {
    send({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}
