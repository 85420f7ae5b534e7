/** Two views of 32 images, as a training step makes them. */
import { loadDataset, pipelineFor, Random, twoViews } from "@hscl/hscl";
import { channelStatistics } from "@hscl/hscl/data";

const kinds = [["digits, 28 × 28", 28, 1], ["colour, 32 × 32", 32, 3]] as const;
for (const [name, size, channels] of kinds) {
  const data = await loadDataset("synthetic", { trainImages: 40, testImages: 10, height: size, width: size });
  const shape = { ...data.shape, channels };
  const images = new Uint8Array(40 * size * size * channels).map((_, i) => (i * 37) % 256);
  const set = { ...data.train, images };
  const indices = Array.from({ length: 32 }, (_, i) => i);
  const { train } = pipelineFor({ shape, statistics: channelStatistics(set, channels) });
  let step = 0;
  Deno.bench({ group: "two views of 32 images", name, baseline: channels === 1 }, () => {
    twoViews(set, shape, indices, train, new Random(0).child(step++));
  });
}
