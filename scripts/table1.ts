/**
 * Table 1: accuracy of UCL, H-UCL, SCL and H-SCL on several data sets, with intervals over the seeds, and whether the orderings
 * of the paper hold. The strength of the hardening is chosen on a part of the training images.
 */
import { table1 } from "../lib/figures/tables/table1.ts";
import { tableCommand } from "./runs/table.ts";

const script = tableCommand(table1, {
  datasets: ["mnist", "characters"],
  sizes: {
    smoke: { trainImages: 300, testImages: 200 },
    default: { size: "small", seeds: 5, epochs: 3, batchSize: 64, trainImages: 1500, testImages: 1000 },
    paper: { seeds: 5 },
  },
});

export default script;
if (import.meta.main) await script.run();
