/**
 * Figure 7: how fast do the losses with k negatives reach their limit? Draws negatives from the four distributions for the
 * test embeddings of a trained H-SCL run, and compares the losses with k of them with those of infinitely many.
 */
import { figureRecords } from "../lib/figures/records.ts";
import { figureCommand } from "./runs/figure.ts";

const script = figureCommand(figureRecords.fig7);

export default script;
if (import.meta.main) await script.run();
