/** Checks in a thread of its own, so that the one that is left shows progress and answers Ctrl-C. */
import { checkTheory, figures, initBackend, type TheoryCheck, type TheoryOptions } from "../../mod.ts";
import type { BackendName } from "../../lib/backend/mod.ts";
import { hardeningFromSettings, type HardeningSettings } from "../../lib/hardening/mod.ts";
import { type Labelled, pairSeconds } from "./pair_seconds.ts";
import { nativeFault } from "../runs/native_fault.ts";
import { precisionOf } from "../../lib/theory/anchor_statistics.ts";
import { checkLines } from "./lines.ts";

/** What the thread is asked, once. */
export interface CheckRequest extends Labelled {
  /** Names of the classes, in the order of the labels. */
  names: readonly string[];
  options: Omit<TheoryOptions, "hardenings">;
  /** Hardening functions cannot be sent; their settings can. */
  hardenings: HardeningSettings[];
  backend: BackendName | "auto";
}

/** What came of the checks. */
export interface CheckOutcome {
  check: TheoryCheck;
  sentences: readonly figures.TheorySentence[];
  rows: figures.TheoryRows;
  /** What is printed. */
  lines: string[];
}

/** What it answers: what it does, what is wrong with the native library, the expected seconds of comparing all pairs, and at last the results or a failure. */
export type CheckAnswer =
  | { kind: "stage"; stage: string }
  | { kind: "fault"; fault: string }
  | { kind: "estimate"; seconds: number }
  | { kind: "done"; outcome: CheckOutcome }
  | { kind: "failed"; message: string; stack?: string };

const thread = self as unknown as {
  onmessage: (event: MessageEvent<CheckRequest>) => void;
  postMessage(answer: CheckAnswer): void;
};

async function answer(request: CheckRequest): Promise<CheckAnswer> {
  const { options, hardenings, backend, names, ...labelled } = request, { values, dim, labels } = labelled;
  const all = { ...options, hardenings: hardenings.map((settings) => hardeningFromSettings(settings)) };
  // Products in float64 are computed without.
  if (backend !== "auto" || precisionOf(options.products ?? "auto", labels.length) === "float32") {
    thread.postMessage({ kind: "stage", stage: "starting a backend" });
    const fault = nativeFault(await initBackend({ backend }));
    if (fault) thread.postMessage({ kind: "fault", fault });
  }
  const seconds = await pairSeconds(labelled, all);
  if (seconds !== undefined) thread.postMessage({ kind: "estimate", seconds });
  const check = await checkTheory(
    values,
    dim,
    labels,
    all,
    // The time that all pairs will take is told beforehand.
    (stage, share) => share === undefined && thread.postMessage({ kind: "stage", stage }),
  );
  const sentences = figures.theorySentences(check, labels, names);
  const lines = checkLines(sentences, figures.theoryTables(check, labels, names));
  return {
    kind: "done",
    outcome: { check, sentences, rows: figures.theoryRows(check, labels, names), lines },
  };
}

thread.onmessage = ({ data }) => {
  answer(data).catch((error): CheckAnswer => ({ kind: "failed", message: error.message, stack: error.stack }))
    .then((last) => thread.postMessage(last));
};
