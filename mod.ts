export { Random } from "./lib/core/random.ts";
export { type MeanInterval, meanInterval } from "./lib/core/interval.ts";
