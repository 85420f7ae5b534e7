import { SettingsError } from "../../core/settings_error.ts";
import { comparedLosses, type ComparisonFlags } from "../../experiment/loss_flags.ts";
import { datasetLabel, type Experiment, type Plan, runsOf } from "../../experiment/plan.ts";
import type { RunSettings } from "../../experiment/settings.ts";
import type { Fig9Axis, Fig9Row } from "./rows.ts";

/** A place of an axis, and what is other there than elsewhere, but for the images. */
export interface Fig9Point {
  /** What is changed. */
  axis: Fig9Axis;
  /** The place on the axis, from 0. */
  place: number;
  /** What stands there; the data set and the number of its classes if left out. */
  value?: string;
  /** Images per batch; as planned if left out. */
  batchSize?: number;
  /** Negatives to draw for each anchor; all if left out. */
  negatives?: number;
}

/** What the losses have in common at all points. */
export type Fig9Flags = Omit<ComparisonFlags, "negatives">;

/** The runs of one point. */
function runsAt(plan: Plan, { batchSize, negatives }: Fig9Point, flags: Fig9Flags): RunSettings[] {
  if (batchSize !== undefined && batchSize > plan.data.trainImages) {
    throw new SettingsError(
      `--batch-sizes must be at most the ${plan.data.trainImages} training images: received ${batchSize}`,
    );
  }
  return runsOf(
    { ...plan, ...(batchSize === undefined ? {} : { batchSize }) },
    comparedLosses({ ...flags, negatives }, plan.temperature),
  );
}

/** Trains at points that have their images in common; runs that several need, once. */
export async function fig9Runs(
  { plan, ensure }: Pick<Experiment, "plan" | "ensure">,
  points: readonly Fig9Point[],
  flags: Fig9Flags,
): Promise<Fig9Row[]> {
  const wanted = points.flatMap((point) => runsAt(plan, point, flags).map((run) => ({ point, run })));
  const records = await ensure(wanted.map(({ run }) => run));
  return records.map(({ settings, metrics }, index): Fig9Row => {
    const { axis, place, value = `${datasetLabel(plan.data)}, ${plan.data.trainClasses} classes` } =
      wanted[index].point;
    const { top1: knn, classMean } = metrics.at(-1)!;
    return { axis, place, value, loss: settings.loss.name, seed: settings.seed, knn, classMean };
  });
}
