/**
 * Figure 5: does the hardening function matter, or only how many negatives it leaves? Trains H-SCL with hardening functions
 * whose parameters are matched, so that on the embeddings of a trained SCL run all amount to the same effective number of
 * negatives as the exponential function with a given β.
 */
import { figures } from "../mod.ts";
import { hardeningFromSettings, type HardeningSettings, readHistory } from "../lib/train/mod.ts";
import { command, UsageError } from "./cli/mod.ts";
import { betasFlag, betasOf } from "./runs/betas.ts";
import { bisect } from "./runs/bisect.ts";
import { contextOf } from "./runs/context.ts";
import { effectiveNegatives, negativeCosines } from "./runs/effective_negatives.ts";
import { hardeningLabel } from "./runs/hardening_label.ts";
import { lossOf, runsOf } from "./runs/plan.ts";
import { trainingFlags, withTraining } from "./runs/training.ts";
import { figureFolder, writeFigure } from "./runs/write_figure.ts";

// Steeper than every exponential of interest, so that it is a family of its own.
const logisticWidth = 0.05;

/** The families that are matched to the exponential one by one parameter, and the range to look for it. */
const families: { of: (parameter: number) => HardeningSettings; range: [number, number] }[] = [
  { of: (tau) => ({ name: "threshold", parameters: { tau } }), range: [-1, 1] },
  { of: (power) => ({ name: "polynomial", parameters: { power } }), range: [0, 1000] },
  { of: (tau) => ({ name: "logistic", parameters: { tau, width: logisticWidth } }), range: [-1, 1] },
];

/** A hardening function and how many negatives it leaves. */
interface Matched {
  hardening: HardeningSettings;
  effective: number;
}

/** The exponential function with this β, and one of each family that leaves as many negatives. */
function matched(beta: number, effectiveOf: (hardening: HardeningSettings) => number): Matched[] {
  const exponential: HardeningSettings = { name: "exponential", parameters: { beta } };
  const wanted = effectiveOf(exponential);
  const others = families.map(({ of, range }) => {
    const parameter = bisect((x) => effectiveOf(of(x)), wanted, range);
    const hardening = of(Number(parameter.toPrecision(4))), effective = effectiveOf(hardening);
    if (Math.max(effective / wanted, wanted / effective) > figures.matchingRatio) {
      throw new UsageError(
        `--betas must be matched by every family: with β = ${beta} the exponential leaves ${
          wanted.toFixed(1)
        } negatives, ` +
          `${hardening.name} at the end of its range (${hardeningLabel(hardening)}) ${effective.toFixed(1)}`,
      );
    }
    return { hardening, effective };
  });
  return [{ hardening: exponential, effective: wanted }, ...others];
}

/** A hardening function as a curve over the cosines. */
function shapeOf({ hardening }: Matched, temperature: number): figures.HardeningShape {
  const { logEtaAt } = hardeningFromSettings(hardening);
  const cosine = Array.from({ length: 201 }, (_, i) => i / 100 - 1);
  const top = logEtaAt(1, temperature);
  return {
    hardening: hardening.name,
    parameter: hardeningLabel(hardening),
    cosine,
    weight: cosine.map((u) => Math.exp(logEtaAt(u, temperature) - top)),
  };
}

const script = command({
  name: "fig5",
  summary:
    "Trains H-SCL with four families of hardening functions, matched to leave the same effective number of negatives, " +
    "and draws their kNN accuracy.",
  flags: {
    ...trainingFlags,
    betas: betasFlag([5], "Strengths β of the exponential function, to which the others are matched"),
  },
  examples: ["deno task fig5", "deno task fig5 --preset smoke", "deno task fig5 --betas 1,2,5"],
}, async (flags) => {
  const betas = betasOf(flags.betas, 5);
  const { plan, levels, records } = await withTraining("fig5", flags, async ({ plan, ensure }) => {
    const { temperature } = plan;
    const [reference] = await ensure(runsOf({ ...plan, seeds: 1 }, [lossOf("scl", temperature, 0)]));
    const anchors = negativeCosines((await readHistory(reference)).at(-1)!, 2 * plan.batchSize);
    const levels = betas.map((beta) =>
      matched(
        beta,
        (hardening) => effectiveNegatives(anchors, hardeningFromSettings(hardening), temperature),
      )
    );
    const losses = levels.flat().map(({ hardening }) => ({ name: "hscl" as const, temperature, hardening }));
    return { plan, levels, records: await ensure(runsOf(plan, losses)) };
  });
  const rows = records.map(({ settings: { loss, seed }, metrics }, index): figures.Fig5Row => {
    const { hardening, effective } = levels.flat()[index % levels.flat().length];
    return {
      hardening: hardening.name,
      parameter: hardeningLabel(hardening),
      loss: loss.name === "hucl" ? "hucl" : "hscl",
      effectiveNegatives: effective,
      seed,
      top1: metrics[metrics.length - 1].top1,
    };
  });
  const context = {
    ...contextOf(plan),
    shapes: levels.at(-1)!.map((each) => shapeOf(each, plan.temperature)),
  };
  await writeFigure({
    folder: figureFolder(flags, "fig5"),
    record: figures.figureRecords.fig5,
    rows,
    context,
  });
});

export default script;
if (import.meta.main) await script.run();
