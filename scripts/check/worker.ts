/** Checks in a thread of its own, so that the one that is left shows progress and answers Ctrl-C. */
import { initBackend } from "../../mod.ts";
import type { BackendName } from "../../lib/backend/mod.ts";
import { hardeningFromSettings, type HardeningSettings } from "../../lib/hardening/mod.ts";
import { checkAll, type CheckOptions, type Labelled, pairSeconds } from "./all_checks.ts";
import { nativeFault } from "../runs/native_fault.ts";
import { precisionOf } from "../../lib/theory/anchor_statistics.ts";
import { tableLines } from "./table.ts";

/** What the thread is asked, once. */
export interface CheckRequest extends Labelled {
  options: Omit<CheckOptions, "hardenings">;
  /** Hardening functions cannot be sent; their settings can. */
  hardenings: HardeningSettings[];
  backend: BackendName | "auto";
}

/** What it answers: what it does, what is wrong with the native library, the expected seconds of comparing all pairs, and at last the results or a failure. */
export type CheckAnswer =
  | { kind: "stage"; stage: string }
  | { kind: "fault"; fault: string }
  | { kind: "estimate"; seconds: number }
  | { kind: "done"; products: string; classes: number; lines: string[]; json: string }
  | { kind: "failed"; message: string; stack?: string };

const thread = self as unknown as {
  onmessage: (event: MessageEvent<CheckRequest>) => void;
  postMessage(answer: CheckAnswer): void;
};

/** Typed arrays as arrays, without what has an entry per embedding. */
function forJson(key: string, value: unknown): unknown {
  if (key === "gaps" || key === "holdsAt") return undefined;
  return value instanceof Float64Array ? Array.from(value) : value;
}

async function answer({ options, hardenings, backend, ...labelled }: CheckRequest): Promise<CheckAnswer> {
  const all = { ...options, hardenings: hardenings.map((settings) => hardeningFromSettings(settings)) };
  // Products in float64 are computed without.
  if (backend !== "auto" || precisionOf(options.products, labelled.labels.length) === "float32") {
    thread.postMessage({ kind: "stage", stage: "starting a backend" });
    const fault = nativeFault(await initBackend({ backend }));
    if (fault) thread.postMessage({ kind: "fault", fault });
  }
  const seconds = await pairSeconds(labelled, all);
  if (seconds !== undefined) thread.postMessage({ kind: "estimate", seconds });
  const { products, results } = await checkAll(
    labelled,
    all,
    (stage) => thread.postMessage({ kind: "stage", stage }),
  );
  return {
    kind: "done",
    products,
    classes: results.geometry.classes,
    lines: tableLines(results),
    json: JSON.stringify(results, forJson),
  };
}

thread.onmessage = ({ data }) => {
  answer(data).catch((error): CheckAnswer => ({ kind: "failed", message: error.message, stack: error.stack }))
    .then((last) => thread.postMessage(last));
};
