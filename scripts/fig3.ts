/**
 * Figure 3: does Assumption 1 hold? Takes the gaps h_same − h_diff of the test embeddings before training with H-UCL and
 * after every epoch; and, so that the check is seen to fail where it must, those of latent classes whose points move from
 * their class (overlap 0, where the assumption holds by construction) to their site (overlap 1, where it cannot).
 */
import { figureRecords } from "../lib/figures/records.ts";
import { figureCommand } from "./runs/figure.ts";

const script = figureCommand(figureRecords.fig3);

export default script;
if (import.meta.main) await script.run();
