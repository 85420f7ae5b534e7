/** A worker that trains nothing: what it does with a run is written in the run's encoder's name. */
import { jsonLines, type WorkerMessage, type WorkerRequest } from "../../scripts/runs/protocol.ts";

const send = (message: WorkerMessage) =>
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(message) + "\n"));
const { backend, runsFolder } = JSON.parse(Deno.args[0]);
Deno.writeTextFileSync(`${runsFolder}/started-${Deno.pid}`, backend);
console.log("a library says something that is no message");
const report = { backend: "wasm" as const, detail: "fake", version: "0", candidates: [] };
if (backend === "webgpu") {
  send({ type: "failed", message: "no adapter" });
  Deno.exit(1);
}
send({ type: "ready", report });

let asked = 0;
for await (const request of jsonLines<WorkerRequest>(Deno.stdin.readable, () => {})) {
  if (request.type === "stop") Deno.exit(0);
  const { settings } = request, what: string = settings.backend;
  if (what === "taken" && ++asked < 3) {
    send({ type: "taken", owner: { host: "elsewhere", pid: 1 } });
    continue;
  }
  if (what === "dies") {
    console.error("error: XDG_RUNTIME_DIR is invalid or not set in the environment."); // as a graphics driver does
    console.error("error: out of memory");
    Deno.exit(7);
  }
  if (what === "fails") {
    send({ type: "failed", message: "the loss is not finite" });
    continue;
  }
  const progress = { epoch: 1, step: 1, stepsPerEpoch: 1, loss: 1, imagesPerSecond: 1 };
  send({ type: "step", progress });
  send({
    type: "epoch",
    metrics: {
      epoch: 1,
      loss: settings.seed,
      top1: 0,
      top5: 0,
      classMean: 0,
    },
    time: { epoch: 1, seconds: 0, imagesPerSecond: Deno.pid },
  });
  if (what === "hangs") await new Promise((resolve) => setTimeout(resolve, 600_000));
  // So long that another worker comes to take its share.
  await new Promise((resolve) => setTimeout(resolve, 300));
  send({ type: "done", folder: "folder" });
}
