import { denoFor } from "../core/platform.ts";
import { writeAtomically } from "../core/write_atomically.ts";
import type { ImageDataset } from "../data/dataset.ts";
import { evaluateRun, type Measure, measureNames } from "./evaluate_run.ts";
import { runHash, type RunRecord, type RunSettings } from "./settings.ts";

/** What an evaluation on the test images came to. */
export interface RunScores {
  /** Every measure, 0 … 1; absent where no image asks for it. */
  scores: Partial<Record<Measure, number>>;
  /** Mean log-likelihood of the class means by inner product; absent where a class has no training image. */
  logLikelihood?: number;
}

/** Raised when the same runs get other scores. */
const SCORES_VERSION = 1;

/** The file of the scores of a run after its epochs, in the folder beside that of the runs. */
function scoresPath(runsFolder: string, settings: RunSettings): { folder: string; path: string } {
  const folder = `${runsFolder}/../evaluations`;
  return { folder, path: `${folder}/${runHash(settings)}-${settings.epochs}.json` };
}

/** The scores of a run, where they were written down. */
export async function readScores(runsFolder: string, settings: RunSettings): Promise<RunScores | undefined> {
  try {
    const { version, scores, logLikelihood } = JSON.parse(
      await denoFor("read scores").readTextFile(scoresPath(runsFolder, settings).path),
    );
    const isScore = (name: Measure) => scores[name] === undefined || Number.isFinite(scores[name]);
    if (version !== SCORES_VERSION || !measureNames.every(isScore) || scores.knnTop1 === undefined) {
      return undefined;
    }
    return { scores, ...(Number.isFinite(logLikelihood) ? { logLikelihood } : {}) };
  } catch {
    // Whatever is wrong with it, it is made again.
    return undefined;
  }
}

/** Evaluates a run on its test images with the exact linear probe, and writes the scores down. */
export async function writeScores(
  runsFolder: string,
  run: RunRecord,
  data: ImageDataset,
  signal: AbortSignal,
): Promise<void> {
  const { scores, logLikelihood: { mean } } = await evaluateRun(run, { data, signal });
  const { folder, path } = scoresPath(runsFolder, run.settings);
  await denoFor("write scores").mkdir(folder, { recursive: true });
  const known = measureNames.map((name) => [name, scores[name].value] as const)
    .filter(([, value]) => Number.isFinite(value));
  const written = {
    version: SCORES_VERSION,
    run: runHash(run.settings),
    epochs: run.settings.epochs,
    scores: Object.fromEntries(known),
    ...(Number.isFinite(mean) ? { logLikelihood: mean } : {}),
  };
  await writeAtomically(path, JSON.stringify(written, null, 1) + "\n");
}
