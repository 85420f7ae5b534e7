/** A thread that takes part in the pass over all pairs. */
import { serveBlocks } from "../core/workers/serve_blocks.ts";
import { receivedHardening } from "../hardening/sent.ts";
import { BlockPass, type PassSetup } from "./block_statistics.ts";
import type { ProductBlock } from "../backend/wasm/product_rows.ts";

serveBlocks(({ hardenings, ...pass }: PassSetup) => {
  const blocks = new BlockPass(pass, hardenings.map(receivedHardening));
  return (block: ProductBlock) => blocks.of(block);
});
