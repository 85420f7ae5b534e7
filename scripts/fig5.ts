/**
 * Figure 5: does the hardening function matter, or only how many negatives it leaves? Trains H-SCL with hardening functions
 * whose parameters are matched, so that on the embeddings of a trained SCL run all amount to the same effective number of
 * negatives as the exponential function with a given β.
 */
import { figureRecords } from "../lib/figures/records.ts";
import { figureCommand } from "./runs/figure.ts";

const script = figureCommand(figureRecords.fig5);

export default script;
if (import.meta.main) await script.run();
