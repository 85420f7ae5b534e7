/** Which items make a batch. */
export { shuffledBatches } from "./batches.ts";
