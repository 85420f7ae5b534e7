/**
 * Figure 1: which of the four losses learns the better representation? Trains UCL, SCL, H-UCL and H-SCL over several
 * seeds, and draws their kNN accuracy over the epochs with 95 % intervals.
 */
import { figureRecords } from "../lib/figures/records.ts";
import { figureCommand } from "./runs/figure.ts";

const script = figureCommand(figureRecords.fig1);

export default script;
if (import.meta.main) await script.run();
