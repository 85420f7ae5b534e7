/**
 * Figure 8: what do the representations look like? Trains the four losses and draws maps of their test embeddings side by
 * side, and how near the class means come to a simplex over the epochs.
 */
import { figureRecords } from "../lib/figures/records.ts";
import { figureCommand } from "./runs/figure.ts";

const script = figureCommand(figureRecords.fig8);

export default script;
if (import.meta.main) await script.run();
