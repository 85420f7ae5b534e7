/**
 * The thread of a worker process that reads its stdin: passes on requests, and ends the process when stdin ends, that is
 * when its parent has ended, however. The process' own thread may be in the middle of a computation of many seconds.
 */
import { jsonLines, type WorkerRequest } from "./protocol.ts";

// So long it may take to notice.
const MILLISECONDS = 500;

const { postMessage } = globalThis as unknown as { postMessage(message: WorkerRequest | "end"): void };
for await (const request of jsonLines<WorkerRequest>(Deno.stdin.readable, console.error)) {
  postMessage(request);
}
postMessage("end");
await new Promise((resolve) => setTimeout(resolve, MILLISECONDS));
Deno.kill(Deno.pid, "SIGKILL");
