/**
 * Figure 4: what does the hardness of the negatives do to the accuracy? Trains H-UCL and H-SCL with several β, and UCL and
 * SCL as what they are with β = 0, and draws the final kNN accuracy with 95 % intervals over the seeds.
 */
import { figureRecords } from "../lib/figures/records.ts";
import { figureCommand } from "./runs/figure.ts";

const script = figureCommand(figureRecords.fig4);

export default script;
if (import.meta.main) await script.run();
