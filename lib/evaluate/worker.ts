/** A thread that takes part in judging rows of cosines. */
import { serveBlocks } from "../core/workers/serve_blocks.ts";
import { judgeBlocks } from "./judge_block.ts";

serveBlocks(judgeBlocks);
