import { networkOf } from "../encoders/networks.ts";
import { imagesPerEpoch } from "./learnt_images.ts";
import type { Plan } from "./plan.ts";

// Floating-point operations a second that a training reaches on one core, rounded down.
const rates: Record<string, number> = { wasm: 20e9, tensorflow: 40e9, cpu: 0.2e9 };

const WASM_BYTES = 4 * 2 ** 30;

/** What to expect of a large network before it starts: memory and, on the processor, time. Nothing if it is little. */
export function costWarnings(plan: Plan, runs: number): string[] {
  const { network, backend, data, epochs, batchSize, chunkSize = Infinity, width = 1 } = plan;
  const { label, cost } = networkOf(network), isChunked = chunkSize < batchSize;
  if (!cost) return [];
  const views = plan.views === "single" ? 1 : 2;
  const scale = data.shape.height * data.shape.width / 1024, warnings: string[] = [];
  const perImage = cost.bytes * scale * width * views / 2,
    images = Math.min(batchSize, chunkSize),
    needed = images * perImage;
  if (needed > WASM_BYTES) {
    const gigabytes = `a ${isChunked ? "chunk" : "batch"} of ${images} takes ${label} about ${
      Math.round(needed / 1e9)
    } GB of memory`;
    const most = Math.floor(WASM_BYTES / perImage);
    warnings.push(
      backend === "wasm"
        ? `${gigabytes}, and WebAssembly has 4: try --chunk ${most} or less, or so small a --batch-size`
        : gigabytes,
    );
  }
  // Two operations per multiply-add, the views, and a backward pass twice as long as the forward one, of which chunks have two.
  const passes = isChunked ? 4 : 3;
  const operations = runs * epochs * imagesPerEpoch(data) * 2 * views * passes * cost.multiplyAdds * scale *
    width ** 2;
  const hours = operations / (rates[backend] ?? Infinity) / 3600;
  if (hours >= 1) {
    const duration = hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
    const onProcessor = backend === "tensorflow" ? ", unless it has a GPU" : "; a GPU is the place for it";
    warnings.push(`${label} on ${backend} will take about ${duration} of one core's time${onProcessor}`);
  }
  return warnings;
}
