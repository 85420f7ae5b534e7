import type { BackendName, BackendReport } from "../../mod.ts";
import type { EpochTime, PlannedData, RunMetrics, RunOwner, RunSettings } from "../../lib/experiment/mod.ts";
import type { StepProgress } from "../../lib/train/mod.ts";

/** What a worker process is started with, as its only argument in JSON. */
export interface WorkerSetup {
  backend: BackendName;
  /** The images of the runs; a run says by name, and where that is not enough by digest, which. */
  datasets: readonly PlannedData[];
  runsFolder: string;
  /** Between states that are kept while a run trains. */
  snapshotMinutes: number;
}

/** Parent to worker, one JSON line each on stdin. The end of stdin ends the worker. */
export type WorkerRequest<Run = RunSettings> =
  | { type: "run"; settings: Run; force: boolean; sums: boolean; scores?: boolean }
  /** Keep the state of the run that trains, and end. */
  | { type: "stop" };

/** Worker to parent, one JSON line each on stdout. */
export type WorkerMessage =
  | { type: "ready"; report: BackendReport }
  | { type: "step"; progress: StepProgress }
  | { type: "epoch"; metrics: RunMetrics; time: EpochTime }
  | { type: "resumed"; epochs: number; steps: number }
  | { type: "told"; message: string }
  /** Another process trains the run. */
  | { type: "taken"; owner?: RunOwner }
  | { type: "done"; folder: string }
  | { type: "failed"; message: string };

/** Splits a byte stream into lines of JSON. Lines that are not JSON go to `other`, e.g. a library's own prints. */
export async function* jsonLines<T>(
  stream: ReadableStream<Uint8Array>,
  other: (line: string) => void,
): AsyncGenerator<T> {
  let rest = "";
  for await (
    const text of stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
  ) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      let value: T;
      try {
        value = JSON.parse(line);
      } catch {
        other(line);
        continue;
      }
      yield value;
    }
  }
  if (rest.trim()) other(rest);
}
