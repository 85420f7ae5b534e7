import type { FlagValues, NumberFlag } from "../../core/flags.ts";
import { DataError } from "../../data/data_error.ts";
import { lossSettings } from "../../experiment/loss_flags.ts";
import { contextOf, type Plan, runsOf } from "../../experiment/plan.ts";
import type { RunRecord } from "../../experiment/settings.ts";
import { betaOf, betasFlag, type BetasFlags, betasOf, hardeningOf } from "../betas.ts";
import type { FigureExperiment } from "../experiment.ts";
import type { FigureContext } from "../settings.ts";
import { measureNames, MOST_BETAS, type SequelMeasure, type SequelRow } from "./rows.ts";

/** The flags of the figure of the sequel. */
export interface SequelFlags extends BetasFlags {
  /** How many negatives each anchor has. */
  readonly negatives: NumberFlag & { readonly kind: "integer"; readonly default: number };
}

/** See {@linkcode SequelFlags}. */
export const sequelFlags: SequelFlags = {
  betas: betasFlag(
    [2, 5, 10, 30],
    `Strengths of the hardening exp(βu/T) beside β = 0, at most ${MOST_BETAS - 1}`,
  ),
  negatives: {
    kind: "integer",
    min: 1,
    default: 256,
    help: "Negatives to draw for each anchor, of the others in the batch in proportion to their weights",
    valueName: "n",
  },
};

/** Trains with several β as the sequel does, and draws how the class means come to lie over the epochs. */
export const experiment: FigureExperiment<SequelRow[], FigureContext, typeof sequelFlags> = {
  summary:
    "Trains as the sequel of the paper does (arXiv 2311.05139), with single views that are not augmented, embeddings in the unit ball of " +
    "one dimension less than there are classes, T = 1 and sampled negatives, and draws over the epochs how the class means lie.",
  flags: sequelFlags,
  defaults: {
    temperature: 1,
    embedding: "ball",
    headDim: "classes-1",
    views: "single",
    augmentation: "none",
  },
  sizes: {
    seeds: 4,
    epochs: 12,
    batchSize: 512,
    learningRate: 1e-3,
    weightDecay: 0,
    trainImages: 2480,
    testImages: 992,
  },
  examples: [
    "--dataset cifar100 --data ~/cifar-100-binary --encoder resnet8 --train-images 10000 --epochs 50",
    "--betas 10 --epochs 30",
  ],
  rows: async ({ plan, ensure }, { betas: given, negatives }: FlagValues<typeof sequelFlags>) => {
    const betas = betasOf(given, MOST_BETAS - 1);
    // Each anchor's mean is over as many negatives as it has drawn.
    const options = { sampledNegatives: negatives, negativeWeight: "count" };
    const losses = [
      lossSettings("scl", plan.temperature, undefined, options),
      ...betas.map((beta) => lossSettings("hscl", plan.temperature, hardeningOf(beta), options)),
    ];
    const records = await ensure(runsOf(plan, losses));
    return {
      rows: records.flatMap(rowsOf),
      context: { ...contextOf(withoutUsual(plan)), negatives: `K = ${negatives}` },
    };
  },
};

/** A plan without what goes without saying here, where all of that is so. */
function withoutUsual(plan: Plan): Plan {
  const { embedding, views, augmentation, ...others } = plan;
  return embedding === "ball" && views === "single" && augmentation === "none" ? others : plan;
}

function rowsOf({ folder, settings, metrics }: RunRecord): SequelRow[] {
  const beta = betaOf(settings), { seed } = settings;
  return metrics.map((line): SequelRow => {
    const {
      epoch,
      innerTop1: test,
      innerTrainTop1: train,
      directions,
      unitNorm,
      zeroSum,
      equalInnerProducts,
    } = line;
    const row = { test, train, directions, unitNorm, zeroSum, equalInnerProducts };
    const known = (name: keyof typeof row) => {
      const value = row[name];
      if (value !== undefined) return value;
      throw new DataError(
        `Cannot draw ${folder} as its metrics must say how the class means of two classes or more lie: received no ${name} ` +
          `in epoch ${epoch} (a run of an older version is trained again with --force)`,
      );
    };
    return {
      beta,
      seed,
      epoch,
      ...Object.fromEntries(measureNames.map((name) => [name, known(name)])) as Pick<
        SequelRow,
        SequelMeasure
      >,
    };
  });
}
