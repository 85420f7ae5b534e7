/**
 * Figure 2: does the H-SCL loss stay below the H-UCL loss while training with H-UCL? Trains H-UCL with several β and
 * takes the four population losses of the test embeddings before training and after every epoch.
 */
import { figureRecords } from "../lib/figures/records.ts";
import { figureCommand } from "./runs/figure.ts";

const script = figureCommand(figureRecords.fig2);

export default script;
if (import.meta.main) await script.run();
