import * as tf from "@tensorflow/tfjs";
import { Adam, lossFromSettings, Random, trainStep } from "@hscl/hscl";
import { encoderFromSettings, type EncoderSettings } from "@hscl/hscl/encoders";

/** What a training step works on. */
export interface StepSettings {
  encoder: EncoderSettings;
  /** Images per view. */
  batch: number;
  /** Height and width of the images. */
  size: number;
  classes: number;
  /** Whether the step is one function where the backend can. Default `true`. */
  captured?: boolean;
}

/** A training step that can be taken again and again. */
export interface TrainingStep {
  /** Two views of random images through the network, H-SCL, the gradients, Adam; gives the loss. */
  run(): Promise<number>;
  /** Trained numbers. */
  parameters: number;
  dispose(): void;
}

/** Makes everything a training step needs, with β = 1, learning rate 1e-3 and weight decay 1e-6 as in the paper's code. */
export function trainingStep(
  { encoder: settings, batch, size, classes, captured }: StepSettings,
): TrainingStep {
  const encoder = encoderFromSettings(settings, new Random(0));
  const optimizer = new Adam({ learningRate: 1e-3, weightDecay: 1e-6 });
  const loss = lossFromSettings({
    name: "hscl",
    hardening: { name: "exponential", parameters: { beta: 1 } },
  });
  const shape: [number, number, number, number] = [batch, size, size, settings.channels];
  const view = (seed: number) => tf.randomNormal<tf.Rank.R4>(shape, 0, 1, "float32", seed);
  const labels = Int32Array.from({ length: batch }, (_, i) => i % classes);
  const views = { view1: view(1), view2: view(2), labels };
  return {
    run: async () => {
      const value = trainStep(encoder, loss, optimizer, views, { captured });
      const [number] = await value.data();
      value.dispose();
      return number;
    },
    parameters: encoder.parameters.reduce(
      (sum, { trainable, variable }) => sum + (trainable ? variable.size : 0),
      0,
    ),
    dispose: () => {
      encoder.dispose();
      optimizer.dispose();
      tf.dispose([views.view1, views.view2]);
    },
  };
}
