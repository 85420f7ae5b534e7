/** Images and a plan for runs that train in a moment. */
import { loadDataset } from "@hscl/hscl";
import { factsOf, type Plan } from "@hscl/hscl/experiment";

/** Of 10 classes, 8 × 8. */
export const data = await loadDataset("synthetic", {
  trainImages: 24,
  testImages: 16,
  height: 8,
  width: 8,
});

/** One epoch of two steps. */
export const plan: Plan = {
  backend: "cpu",
  data: factsOf(data),
  network: "convnet",
  size: "small",
  seeds: 1,
  epochs: 1,
  batchSize: 12,
  temperature: 0.5,
};
