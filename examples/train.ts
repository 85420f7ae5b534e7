/** Labelled images → an encoder trained with H-SCL → accuracy on images it has never seen. */
import { convnet, embedSet, exponential, hsclLoss, type ImageSet, initBackend } from "@hscl/hscl";
import { knnClassify, pipelineFor, Random, trainContrastive } from "@hscl/hscl";
import { channelStatistics } from "@hscl/hscl/data";

// Four classes of coloured shapes; x and y are distances from the centre, in radii.
const classes: ((x: number, y: number) => boolean)[] = [
  (x, y) => Math.hypot(x, y) < 1, // disc
  (x, y) => Math.max(x, y) < 0.9, // square
  (x, y) => Math.max(x, y) < 0.9 && Math.min(x, y) < 0.3, // cross
  (x, y) => Math.abs(Math.hypot(x, y) - 0.8) < 0.2, // ring
];
const shape = { height: 24, width: 24, channels: 3 };

/** Replace this by your images: bytes in the order [count, height, width, channels], and a class for each image. */
function drawImages(count: number, random: Random): ImageSet {
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes.length), bytes: number[] = [];
  for (const label of labels) {
    const color = (from: number) => [0, 1, 2].map(() => random.uniform(from, from + 100));
    const front = color(150), back = color(0), radius = random.uniform(5, 8);
    const top = random.uniform(radius, 24 - radius), left = random.uniform(radius, 24 - radius);
    for (let i = 0; i < 24 * 24; i++) {
      const x = Math.abs(i % 24 - left) / radius, y = Math.abs(Math.floor(i / 24) - top) / radius;
      bytes.push(...(classes[label](x, y) ? front : back));
    }
  }
  return { images: Uint8Array.from(bytes), labels, count };
}

const random = new Random(0); // the seed: equal seeds, equal numbers
const train = drawImages(2000, random.child("train")), test = drawImages(400, random.child("test"));
console.log(`${train.count} images of ${classes.length} classes, backend ${(await initBackend()).backend}`);

const sizes = { widths: [16, 32, 64], strides: [2, 2, 2], head: { hidden: 64, output: 64 } };
const encoder = convnet({ channels: shape.channels, ...sizes }, random.child("encoder"));
const { train: augmentation, evaluate } = pipelineFor({ shape, statistics: channelStatistics(train, 3) });
const data = { set: train, shape, augmentation, random: random.child("training") };
const schedule = { epochs: 6, batchSize: 64, optimizer: { learningRate: 3e-3, weightDecay: 1e-6 } };
const epochs = trainContrastive({
  encoder,
  loss: (view1, view2, labels) => hsclLoss(view1, view2, labels, { hardening: exponential(1) }),
  ...data,
  ...schedule,
});
for await (const { epoch, loss } of epochs) console.log(`epoch ${epoch}: loss ${loss.toFixed(3)}`);

const embed = async (set: ImageSet) => ({ ...set, ...await embedSet(encoder, set, shape, evaluate) });
const options = { dim: encoder.featureDim, classes: classes.length, k: 20 };
const { top1 } = await knnClassify(await embed(train), await embed(test), options);
console.log(`accuracy on ${test.count} new ones: ${(100 * top1).toFixed(1)} % (chance: 1/${classes.length})`);
