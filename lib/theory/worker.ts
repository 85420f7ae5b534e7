/** A thread that takes part in the pass over all pairs. */
import { serveBlocks } from "../core/workers/serve_blocks.ts";
import { receivedHardening } from "../hardening/sent.ts";
import { pairBlocks, type PassSetup } from "./block_statistics.ts";

serveBlocks(({ hardenings, ...pass }: PassSetup) => pairBlocks(pass, hardenings.map(receivedHardening)));
