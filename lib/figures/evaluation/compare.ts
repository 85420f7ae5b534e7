import { checkArray } from "../../core/checks.ts";
import { type MeanInterval, NORMAL_QUANTILE, pairedInterval } from "../../core/interval.ts";
import { groupBySettings } from "../../experiment/compare_settings.ts";
import { type Measure, measureNames, type RunEvaluation } from "../../experiment/evaluate_run.ts";
import { differenceBySeed, type Judged, judgeTogether } from "../court.ts";

/** One measure of runs of some settings minus that of the runs given first. */
export interface EvaluationDifference {
  /** What is compared. */
  measure: Measure;
  /** The settings, in a few words. */
  label: string;
  /** Those that it is compared with. */
  reference: string;
  /** What the differences are paired by: the seeds that both have, or the images, of one run each. */
  over: "seeds" | "images";
  /** The seeds of the pairs; where images are paired, that of each of the two runs. */
  seeds: number[];
  /** Mean of the differences, with an interval that holds together with those of all comparisons of this measure. */
  difference: Judged;
}

/**
 * Every group of runs that differ in the seed alone against the group that comes first. With two or more seeds in common, differences
 * are paired by seed, and the interval says how much they would move with other seeds. Otherwise one run each is compared over the
 * images: what is decided then holds for these two trainings, on images like these, and not for their losses. Intervals of one measure
 * hold with 95 % confidence together, by Bonferroni's inequality.
 *
 * Of right and wrong answers, the interval over images is Wald's with half an image added to each of the four cells, which
 * keeps what it promises where few images tell the two apart; of MAP@R it is Student's.
 *
 * Source: Agresti & Min, *Simple improved confidence intervals for comparing matched proportions*, Statistics in Medicine 2005.
 *
 * @param evaluations of different runs on the same images
 * @returns by measure, then by group; nothing for runs that differ in the seed alone
 * @throws {RangeError} if they are of different images, or one run comes twice
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures, initBackend, loadDataset } from "@hscl/hscl";
 * import { evaluateRun, factsOf, runExperiment, runsOf } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const plan = { backend, data: factsOf(data), network: "convnet", seeds: 1, epochs: 1, batchSize: 10 } as const;
 * const folder = await Deno.makeTempDir(), evaluations = [];
 * for (const settings of runsOf({ ...plan, temperature: 0.5 }, [{ name: "ucl" }, { name: "scl" }])) {
 *   evaluations.push(await evaluateRun(await runExperiment(settings, { folder, data }), { data }));
 * }
 * const [{ measure, label, reference, over }] = figures.compareEvaluations(evaluations);
 * assertEquals([measure, label, reference, over], ["knnTop1", "SCL", "UCL", "images"]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function compareEvaluations(evaluations: readonly RunEvaluation[]): EvaluationDifference[] {
  checkArray("evaluations", evaluations, "evaluations of runs");
  checkComparable(evaluations);
  const [first, ...others] = groupBySettings(evaluations);
  return measureNames.flatMap((measure) => {
    const found = others.map(({ label, runs }) => ({
      label,
      ...differenceOf(first.runs, runs, measure),
    }));
    const judged = judgeTogether(found.map(({ interval }) => interval));
    return found.map(({ label, over, seeds }, at): EvaluationDifference => ({
      measure,
      label,
      reference: first.label,
      over,
      seeds,
      difference: judged[at],
    }));
  });
}

/** The runs of one settings minus those of others, by seed if two or more are common, else over the images. */
function differenceOf(reference: readonly RunEvaluation[], own: readonly RunEvaluation[], measure: Measure) {
  const rows = (runs: readonly RunEvaluation[]) =>
    runs.map(({ settings: { seed }, scores }) => ({ seed, value: scores[measure].value }));
  const seeds = own.map(({ settings }) => settings.seed)
    .filter((seed) => reference.some(({ settings }) => settings.seed === seed));
  if (seeds.length > 1) {
    const interval = differenceBySeed(rows(own), rows(reference), ({ value }) => value);
    return { over: "seeds" as const, seeds, interval };
  }
  // The same seed if there is one: its two runs share weights and batches.
  const withSeed = (runs: readonly RunEvaluation[]) =>
    runs.find(({ settings }) => settings.seed === seeds[0]) ?? runs[0];
  const [one, other] = [withSeed(own), withSeed(reference)];
  return {
    over: "images" as const,
    seeds: [one.settings.seed, other.settings.seed],
    interval: imageDifference(one.values[measure], other.values[measure], measure),
  };
}

function imageDifference(first: Float64Array, second: Float64Array, measure: Measure): MeanInterval {
  const asked = [...first.keys()].filter((i) => !Number.isNaN(first[i]));
  const [a, b] = [first, second].map((values) => asked.map((i) => values[i]));
  if (measure === "mapAtR" || asked.length < 2) return pairedInterval(a, b);
  const count = asked.length;
  const better = a.filter((hit, i) => hit > b[i]).length, worse = a.filter((hit, i) => hit < b[i]).length;
  const variance = better + worse + 1 - (better - worse) ** 2 / (count + 2);
  return {
    mean: (better - worse) / count,
    halfWidth: NORMAL_QUANTILE * Math.sqrt(variance) / (count + 2),
    count,
  };
}

function checkComparable(evaluations: readonly RunEvaluation[]): void {
  const [first] = evaluations, folders = evaluations.map(({ folder }) => folder);
  const twice = folders.find((folder, i) => folders.indexOf(folder) !== i);
  if (twice !== undefined) {
    throw new RangeError(`Cannot compare evaluations as each run must come once: received ${twice} again`);
  }
  for (const { folder, on, settings, labels } of evaluations) {
    const isOwn = on === "test" || on === "train";
    const same = on === first.on && labels.length === first.labels.length &&
      (!isOwn || settings.dataset.digest === first.settings.dataset.digest);
    if (same) continue;
    throw new RangeError(
      `Cannot compare evaluations as all must be of the same images, those of ${first.folder}: received ${folder}, ` +
        `of ${settings.dataset.name}`,
    );
  }
}
