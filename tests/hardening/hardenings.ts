import {
  customHardening,
  exponential,
  type Hardening,
  logistic,
  noHardening,
  polynomial,
  threshold,
} from "@hscl/hscl";
import * as tf from "@tensorflow/tfjs";

/** One family, as the specification states it, for the tests that run every family through the same properties. */
export interface HardeningCase {
  /** Members from the softest to the hardest. */
  members: Hardening[];
  /** log η of each member, written out again. */
  logEta: ((cosine: number, temperature: number) => number)[];
  /** Whether log η is differentiable, so that its gradient can be compared with differences. */
  smooth: boolean;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

export const hardeningCases: Record<string, HardeningCase> = {
  none: { members: [noHardening()], logEta: [() => 0], smooth: true },
  exponential: {
    members: [0, 1e-3, 1, 30, 500].map(exponential),
    logEta: [0, 1e-3, 1, 30, 500].map((beta) => (u: number, T: number) => beta * u / T),
    smooth: true,
  },
  threshold: {
    members: [-1, -0.3, 0.2, 0.7].map(threshold),
    logEta: [-1, -0.3, 0.2, 0.7].map((tau) => (u: number) => u >= tau ? 0 : -Infinity),
    smooth: false,
  },
  polynomial: {
    members: [0, 0.5, 3, 40].map(polynomial),
    // η(-1) = 0 but for the documented resolution of a float32 cosine.
    logEta: [0, 0.5, 3, 40].map((p) => (u: number) => p * Math.log(Math.max((1 + u) / 2, 2 ** -24))),
    smooth: true,
  },
  logistic: {
    members: [[-0.5, 0.2], [0.3, 0.2], [0.8, 0.2]].map(([tau, width]) => logistic(tau, width)),
    logEta: [-0.5, 0.3, 0.8].map((tau) => (u: number) => Math.log(sigmoid((u - tau) / 0.2))),
    smooth: true,
  },
  "custom on numbers": {
    members: [1, 4].map((c) => customHardening("sinh", (u) => c * Math.sinh(2 * u), { parameters: { c } })),
    logEta: [1, 4].map((c) => (u: number) => c * Math.sinh(2 * u)),
    smooth: true,
  },
  "custom on numbers and tensors": {
    members: [1, 4].map((c) =>
      customHardening("cubic", (u, T) => c * u ** 3 / T, {
        parameters: { c },
        logEta: (u, T) => tf.mul(tf.mul(tf.square(u), u), c / T),
      })
    ),
    logEta: [1, 4].map((c) => (u: number, T: number) => c * u ** 3 / T),
    smooth: true,
  },
  "custom with zeros": {
    members: [-0.25, 0.5].map((start) =>
      customHardening("ramp", (u) => u >= start ? Math.sqrt(1 + u) : -Infinity, { parameters: { start } })
    ),
    logEta: [-0.25, 0.5].map((start) => (u: number) => u >= start ? Math.sqrt(1 + u) : -Infinity),
    smooth: false,
  },
};

/** Every member of every family with what it should be. */
export const allHardenings: {
  label: string;
  hardening: Hardening;
  logEta: HardeningCase["logEta"][0];
  smooth: boolean;
}[] = Object.entries(hardeningCases).flatMap(([family, { members, logEta, smooth }]) =>
  members.map((hardening, i) => ({
    label: `${family} ${JSON.stringify(hardening.parameters)}`,
    hardening,
    logEta: logEta[i],
    smooth,
  }))
);
