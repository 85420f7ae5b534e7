/** What the projects outside of the repository do with the package: the same in Deno, Node.js and a browser. */
import * as tf from "@tensorflow/tfjs";
import {
  Adam,
  anchorStatistics,
  assumption1,
  convnet,
  exponential,
  harris,
  hsclLoss,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  populationLosses,
  Random,
  theorem1,
  trainStep,
  twoViews,
} from "@hscl/hscl";

/** Twenty steps of H-SCL on one batch of digits; the loss before each. */
export async function trainingSteps() {
  const data = await loadDataset("mnist", { trainImages: 32, testImages: 10 }), { train, shape } = data;
  const random = new Random(0),
    options = { widths: [8, 16], strides: [2, 2], head: { hidden: 32, output: 16 } };
  const encoder = convnet({ channels: shape.channels, ...options }, random.child("encoder"));
  const loss = lossFromSettings({
    name: "hscl",
    hardening: { name: "exponential", parameters: { beta: 1 } },
  });
  const optimizer = new Adam({ learningRate: 3e-3, weightDecay: 0 });
  const views = twoViews(train, shape, Array.from(train.labels.keys()), pipelineFor(data).train, random);
  const [view1, view2] = [views.view1, views.view2].map((pixels) =>
    tf.tensor4d(pixels, [train.count, shape.height, shape.width, shape.channels])
  );
  const losses = [];
  for (let step = 0; step < 20; step++) {
    const value = trainStep(encoder, loss, optimizer, { view1, view2, labels: train.labels });
    losses.push((await value.data())[0]);
    value.dispose();
  }
  return losses;
}

/** A loss with its gradient, and checks of the theory, on points of a seed. */
export async function numbers() {
  const random = new Random(1), labels = Array.from({ length: 12 }, (_, i) => i % 3);
  const points = () => Float32Array.from({ length: 12 * 4 }, () => random.normal());
  const [view1, view2] = [points(), points()].map((values) => tf.tensor2d(values, [12, 4]));
  const lossOf = (a, b) => hsclLoss(a, b, labels, { hardening: exponential(2), temperature: 0.5 });
  const { value, grads } = tf.valueAndGrads(lossOf)([view1, view2]);
  const statistics = await anchorStatistics(points(), 4, labels, { hardenings: [exponential(1)] });
  const [{ ucl, scl, hucl, hscl }] = populationLosses(statistics);
  return {
    loss: Array.from(await value.data()),
    gradients: (await Promise.all(grads.map((gradient) => gradient.data()))).flatMap((each) => [...each]),
    population: [ucl, scl, hucl, hscl].map(({ mean }) => mean),
    verdicts: [
      assumption1(statistics)[0].verdict,
      theorem1(statistics)[0].conclusion.verdict,
      harris(statistics)[0].ucl.verdict,
    ],
  };
}
