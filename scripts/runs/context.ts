import type { figures } from "../../mod.ts";
import type { TrainingPlan } from "./plan.ts";
import { encoderLabels } from "./presets.ts";

const datasetLabels: Record<string, string> = {
  mnist: "MNIST digits",
  cifar10: "CIFAR-10",
  synthetic: "synthetic images",
};

/** How figures name a data set. */
export function datasetLabel({ data }: TrainingPlan): string {
  return datasetLabels[data.name] ?? data.name;
}

/** The settings that all runs of a figure share, as the figure shows them. */
export function contextOf(plan: TrainingPlan): Omit<figures.Fig1Context, "beta"> {
  const { data, temperature, epochs, batchSize, encoder, backend } = plan;
  return {
    dataset: `${datasetLabel(plan)}, ${data.train.count} training images`,
    temperature,
    epochs,
    batchSize,
    encoder: encoderLabels[encoder],
    backend,
  };
}
