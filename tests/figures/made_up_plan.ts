import type { Plan } from "../../lib/experiment/mod.ts";

/** What made-up runs share: no image of it is looked at. */
export function madeUpPlan(given: Partial<Plan> = {}): Plan {
  return {
    backend: "cpu",
    data: {
      name: "synthetic",
      digest: "d",
      trainImages: 40,
      testImages: 10,
      trainClasses: 2,
      shape: { height: 8, width: 8, channels: 1 },
      statistics: { mean: [0], std: [1] },
      classes: ["a", "b"],
    },
    network: "convnet",
    seeds: 1,
    epochs: 2,
    batchSize: 10,
    temperature: 1,
    ...given,
  } as Plan;
}
