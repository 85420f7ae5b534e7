import { checkArray, checkObject } from "../../core/checks.ts";
import type { ShareInterval } from "../../core/interval.ts";
import { groupBySettings } from "../../experiment/compare_settings.ts";
import { measureNames, measures, type RunEvaluation } from "../../experiment/evaluate_run.ts";
import { whyNoInterval } from "../court.ts";
import { hundredths } from "../words.ts";
import type { EvaluationDifference } from "./compare.ts";

/**
 * The measures of one run in a table of text, the header first: in percent, with 95 % intervals over the images.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures, initBackend, loadDataset } from "@hscl/hscl";
 * import { evaluateRun, factsOf, runExperiment, runsOf } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const sizes = { seeds: 1, epochs: 1, batchSize: 10, temperature: 0.5 };
 * const [settings] = runsOf({ backend, data: factsOf(data), network: "convnet", ...sizes }, [{ name: "scl" }]);
 * const folder = await Deno.makeTempDir(), run = await runExperiment(settings, { folder, data });
 * const evaluation = await evaluateRun(run, { data });
 * assertEquals(figures.evaluationTable(evaluation)[1].slice(0, 2), ["kNN top-1", "features"]);
 * assertEquals(figures.evaluationsTable([evaluation])[1].slice(0, 2), ["SCL", "0"]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function evaluationTable(evaluation: RunEvaluation): string[][] {
  checkObject("evaluation", evaluation);
  return [
    ["measure", "of", "%", "95 %"],
    ...measureNames.map((name) => {
      const { label, of } = measures[name], { value, low, high } = evaluation.scores[name];
      return [label, of, inPercent(value), `${inPercent(low)} … ${inPercent(high)}`];
    }),
  ];
}

/** The measures of several runs in a table of text, the header first, in percent; one line per run. */
export function evaluationsTable(evaluations: readonly RunEvaluation[]): string[][] {
  checkArray("evaluations", evaluations, "evaluations of runs");
  const shown = measureNames.flatMap((name) => {
    const { short } = measures[name];
    return short === undefined ? [] : [{ name, short }];
  });
  return [
    ["run", "seed", ...shown.map(({ short }) => short)],
    ...groupBySettings(evaluations).flatMap(({ label, runs }) =>
      runs.map(({ settings, scores }) => [
        label,
        String(settings.seed),
        ...shown.map(({ name }) => inPercent(scores[name].value)),
      ])
    ),
  ];
}

/** What became of a comparison, in a word. */
const rulings = { holds: "higher", fails: "lower", "not decided": "not decided" } as const;

/** The differences of one comparison in a table of text, the header first: in percentage points, with a ruling for each measure. */
export function differenceTable(differences: readonly EvaluationDifference[]): string[][] {
  checkArray("differences", differences, "differences");
  return [
    ["measure", "of", "points", ""],
    ...differences.map(({ measure, difference }) => {
      const { label, of } = measures[measure], why = whyNoInterval(difference);
      const ruling = rulings[difference.ruling];
      return [label, of, hundredths(difference), why.startsWith("all") ? `${ruling}: no interval` : ruling];
    }),
  ];
}

function inPercent(value: ShareInterval["value"]): string {
  return Number.isNaN(value) ? "–" : (100 * value).toFixed(2);
}
