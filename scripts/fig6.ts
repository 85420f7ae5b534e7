/**
 * Figure 6: Theorem 2, why UCL cannot stand in for H-SCL. Trains with UCL and takes, before training and after every
 * epoch, the UCL and H-SCL losses of the test embeddings for many β, and the share of the anchors at which the theorem's
 * premise E[g] ≤ h_diff is fulfilled.
 */
import { figureRecords } from "../lib/figures/records.ts";
import { figureCommand } from "./runs/figure.ts";

const script = figureCommand(figureRecords.fig6);

export default script;
if (import.meta.main) await script.run();
