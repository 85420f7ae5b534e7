/** One training with any settings: a run that figures find again, and that can be evaluated, embedded and compared. */
import { checkWeightsUsed, comparedLosses, comparisonFlags } from "../lib/experiment/loss_flags.ts";
import { runLabel, type RunRecord, runsOf } from "../lib/experiment/mod.ts";
import { lossNames } from "../lib/losses/presets.ts";
import { alignedLines, command } from "./cli/mod.ts";
import { geometryCells, geometryHead } from "./runs/run_words.ts";
import { withTraining } from "./runs/training.ts";
import { trainingFlags } from "./runs/training_flags.ts";

const { losses: _losses, ...lossFlags } = comparisonFlags;
const { seeds: { max: most }, jobs: _jobs, ...trainFlags } = trainingFlags;

const flags = {
  loss: { kind: "choice", allowed: lossNames, default: "hscl", help: "Loss to train with" },
  ...lossFlags,
  ...trainFlags,
  seed: { kind: "integer", min: 0, max: most - 1, default: 0, help: "Of every random choice" },
} as const;

/** The epochs as a table, in percent. */
function epochTable({ metrics }: RunRecord): string[][] {
  const percent = (share: number) => (100 * share).toFixed(2), learned = metrics[0].temperature !== undefined;
  return [
    [
      "epoch",
      "loss",
      "kNN top-1 (%)",
      "kNN top-5 (%)",
      "class mean (%)",
      ...geometryHead,
      ...learned ? ["T"] : [],
    ],
    ...metrics.map(({ epoch, loss, top1, top5, classMean, temperature, ...geometry }) => [
      String(epoch),
      loss.toFixed(3),
      percent(top1),
      percent(top5),
      percent(classMean),
      ...geometryCells(geometry),
      ...temperature === undefined ? [] : [temperature.toFixed(4)],
    ]),
  ];
}

const script = command({
  name: "train",
  summary:
    "Trains a network with one loss, evaluates it on the test images after every epoch, and keeps it as a run, which figures " +
    "and other commands find again.",
  flags,
  examples: [
    "deno task train",
    "deno task train --loss scl --seed 1 --epochs 8",
    "deno task train --dataset folder --data photos --loss hscl --beta 2",
  ],
}, async ({ loss, seed, ...values }, { typed, commandOf }) => {
  const given = Object.fromEntries(Object.entries(values).filter(([name]) => typed.has(name)));
  checkWeightsUsed([loss], given, `--loss ${loss}`);
  const training = { ...values, losses: [loss], seeds: seed + 1, jobs: 1 };
  await withTraining("train", training, async (training) => {
    const run = await training.experiment(async ({ plan, ensure }) => {
      const runs = runsOf(plan, comparedLosses({ ...values, losses: [loss] }, values.temperature));
      const [record] = await ensure(runs.filter((each) => each.seed === seed));
      return record;
    });
    const { folder, settings, metrics } = run, { top1, classMean } = metrics.at(-1)!;
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
    console.log(alignedLines(epochTable(run)).join("\n"));
    console.log(
      `\n${runLabel(settings)}, ${settings.dataset.testImages} test images: kNN top-1 ${percent(top1)}, ` +
        `nearest class mean ${percent(classMean)}`,
    );
    console.log(folder);
    // Only the last weights are there.
    if (run.trained > settings.epochs) return;
    console.log(`\nnext: ${commandOf("evaluate")} ${folder}${values.data ? ` --data ${values.data}` : ""}`);
  }, "the same command goes on from there");
});

export default script;
if (import.meta.main) await script.run();
