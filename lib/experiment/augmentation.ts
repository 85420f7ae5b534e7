import { pipelineFor } from "../augment/pipelines.ts";
import type { Transform } from "../augment/transform.ts";
import { checkOneOf } from "../core/checks.ts";
import type { DatasetFacts } from "./dataset_facts.ts";
import type { AugmentationSettings } from "./settings.ts";

/** How a view is made of an image: at random as is usual for such images, or just as it is evaluated. */
export type AugmentationKind = "usual" | "none";

/** The kinds of augmentation. */
export const augmentationKinds: readonly AugmentationKind[] = ["usual", "none"];

/** The transform that makes a view of an image of a data set. */
export function viewTransform(
  data: Pick<DatasetFacts, "shape" | "statistics">,
  kind: AugmentationKind = "usual",
): Transform {
  const { train, evaluate } = pipelineFor(data);
  return checkOneOf("augmentation", kind, augmentationKinds) === "usual" ? train : evaluate;
}

/** The augmentation of a data set as plain data, with every parameter. */
export function augmentationSettings(
  data: Pick<DatasetFacts, "shape" | "statistics">,
  kind: AugmentationKind = "usual",
): AugmentationSettings {
  const views = viewTransform(data, kind).name.split(" → ");
  return { name: pipelineFor(data).name, views, statistics: data.statistics };
}
