/** Adds a number to each block; one of them it cannot, and another ends it. */
import { serveBlocks } from "../../../lib/core/workers/serve_blocks.ts";
import { type Addition, addTo } from "./count.ts";

serveBlocks((setup: Addition) => addTo(setup));
