import { SettingsError } from "../../core/settings_error.ts";
import { bisect } from "../../experiment/bisect.ts";
import { effectiveNegatives, negativeCosines } from "../../experiment/effective_negatives.ts";
import { lossSettings } from "../../experiment/loss_flags.ts";
import { contextOf, runsOf } from "../../experiment/plan.ts";
import { readHistory } from "../../experiment/run_history.ts";
import { hardeningFamily, type HardeningName, hardeningNames } from "../../hardening/families.ts";
import { hardeningFromSettings, hardeningLabel, type HardeningSettings } from "../../hardening/settings.ts";
import { betasFlag, type BetasFlags, betasOf, hardeningOf } from "../betas.ts";
import type { FigureExperiment } from "../experiment.ts";
import type { Fig5Context, HardeningShape } from "./draw.ts";
import type { Fig5Row } from "./rows.ts";
import { matchingRatio } from "./verdict.ts";

const flags: BetasFlags = {
  betas: betasFlag([5], "Strengths β of the exponential function, to which the others are matched"),
};

/** The parameters that are not matched: steeper than every exponential of interest, so that each is a family of its own. */
const fixed: Record<string, number> = { width: 0.05 };

/** A hardening function and how many negatives it leaves. */
interface Matched {
  hardening: HardeningSettings;
  effective: number;
}

/** A member of a family by its strength. */
function memberOf(name: HardeningName, strength: number): HardeningSettings {
  const { parameters, strength: { parameter } } = hardeningFamily(name);
  const values = Object.entries(parameters).map(([other, { default: usual }]) => [
    other,
    other === parameter ? strength : fixed[other] ?? usual,
  ]);
  return { name, parameters: Object.fromEntries(values) };
}

/** The exponential function with this β, and one of each other family that leaves as many negatives. */
function matched(beta: number, effectiveOf: (hardening: HardeningSettings) => number): Matched[] {
  const exponential = hardeningOf(beta), wanted = effectiveOf(exponential);
  const others = hardeningNames.filter((name) => name !== exponential.name).map((name) => {
    const strength = bisect(
      (x) => effectiveOf(memberOf(name, x)),
      wanted,
      hardeningFamily(name).strength.range,
    );
    const hardening = memberOf(name, Number(strength.toPrecision(4))), effective = effectiveOf(hardening);
    if (Math.max(effective / wanted, wanted / effective) > matchingRatio) {
      throw new SettingsError(
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
function shapeOf({ hardening }: Matched, temperature: number): HardeningShape {
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

/**
 * Trains H-SCL with hardening functions whose parameters are matched, so that on the embeddings of a trained SCL run all
 * amount to the same effective number of negatives as the exponential function with a given β.
 */
export const experiment: FigureExperiment<readonly Fig5Row[], Fig5Context, typeof flags> = {
  summary:
    "Trains H-SCL with all families of hardening functions, matched to leave the same effective number of negatives, " +
    "and draws their kNN accuracy.",
  flags,
  examples: ["--betas 1,2,5"],
  inSteps: true,
  rows: async ({ plan, ensure }, flags) => {
    const betas = betasOf(flags.betas, 5), { temperature } = plan;
    const [reference] = await ensure(runsOf({ ...plan, seeds: 1 }, [lossSettings("scl", temperature)]));
    const anchors = negativeCosines((await readHistory(reference)).at(-1)!, 2 * plan.batchSize);
    const effectiveOf = (hardening: HardeningSettings) =>
      effectiveNegatives(anchors, hardeningFromSettings(hardening), temperature);
    const levels = betas.map((beta) => matched(beta, effectiveOf)), settings = levels.flat();
    const losses = settings.map(({ hardening }) => lossSettings("hscl", temperature, hardening));
    const rows = (await ensure(runsOf(plan, losses))).map(
      ({ settings: { seed }, metrics }, index): Fig5Row => {
        const { hardening, effective } = settings[index % settings.length];
        return {
          hardening: hardening.name,
          parameter: hardeningLabel(hardening),
          loss: "hscl",
          effectiveNegatives: effective,
          seed,
          top1: metrics[metrics.length - 1].top1,
        };
      },
    );
    const shapes = levels.at(-1)!.map((each) => shapeOf(each, temperature));
    return { rows, context: { ...contextOf(plan), shapes } };
  },
};
