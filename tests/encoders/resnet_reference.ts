// What PyTorch 2.15.0 computes in float64 for small residual networks; printed by bench/peers/resnet_reference.py.
import type { ResnetOptions } from "@hscl/hscl/encoders";

/** One network: width 2, four images of `size` × `size`, head 6 → 3. */
export interface ResnetReference extends Required<Pick<ResnetOptions, "depth" | "stem">> {
  size: number;
  /** `[4, 3]` embeddings with running statistics. */
  evaluation: number[];
  /** `[4, 3]` embeddings with batch statistics. */
  training: number[];
  /** Of a weighted sum of those embeddings, in the stem's filter at its first place. */
  evaluationGradient: number[];
  /** As much for the training embeddings; for depth 50, PyTorch's own float32 is too far from float64 to compare with. */
  trainingGradient?: number[];
  /** Of the last batch norm after that, its first six channels. */
  runningMean: number[];
  runningVariance: number[];
}

/** Depths × stems. */
export const resnetReference: ResnetReference[] = [{
  "depth": 18,
  "stem": "cifar",
  "size": 16,
  "evaluation": [
    0.635849,
    0.50607,
    0.582743,
    0.706412,
    0.413087,
    0.574753,
    0.548986,
    0.505006,
    0.666021,
    0.666231,
    0.51442,
    0.539915,
  ],
  "evaluationGradient": [-0.29156, -0.181931, 0.016053, 0.113764, -0.250932, -0.238207],
  "training": [
    -0.697685,
    -0.221193,
    -0.681402,
    0.56686,
    -0.787788,
    -0.240956,
    0.723654,
    -0.126455,
    0.67848,
    0.831801,
    0.183084,
    0.52401,
  ],
  "trainingGradient": [-3.519653, 0.239275, 6.463367, 7.48167, -12.709115, 1.570104],
  "runningMean": [-0.031732, 0.025725, 0.168268, -0.059538, 0.071426, 0.05096],
  "runningVariance": [0.796012, 0.686735, 0.86965, 0.833448, 0.782702, 0.75451],
}, {
  "depth": 50,
  "stem": "cifar",
  "size": 16,
  "evaluation": [
    0.813905,
    -0.026886,
    -0.580375,
    -0.056737,
    0.513767,
    -0.856052,
    0.160747,
    0.704766,
    -0.690988,
    0.416776,
    0.304425,
    -0.856518,
  ],
  "evaluationGradient": [0.438165, 3.419663, -0.85106, -1.41571, -0.170645, 0.781757],
  "training": [
    0.803285,
    -0.592384,
    -0.061759,
    -0.629162,
    0.715849,
    -0.302846,
    -0.649644,
    0.756383,
    -0.076463,
    -0.689859,
    0.564787,
    -0.452891,
  ],
  "runningMean": [-0.221856, -0.000154, 0.006987, -0.122531, 0.133622, -0.146132],
  "runningVariance": [0.724743, 1.156962, 0.961668, 0.846295, 0.730282, 1.091034],
}, {
  "depth": 18,
  "stem": "imagenet",
  "size": 64,
  "evaluation": [
    0.621306,
    0.527506,
    0.57941,
    0.577743,
    0.576458,
    0.577849,
    0.701666,
    0.455619,
    0.547792,
    0.600102,
    0.529438,
    0.599644,
  ],
  "evaluationGradient": [0.153641, 0.029517, 0.379627, -0.134349, 0.060392, -0.027106],
  "training": [
    0.269065,
    0.615029,
    0.741177,
    0.503225,
    -0.816265,
    0.283683,
    0.355756,
    -0.60222,
    -0.714681,
    0.754323,
    -0.20647,
    0.623191,
  ],
  "trainingGradient": [2.465217, 1.17831, 2.691933, -2.467361, 3.645209, 2.05437],
  "runningMean": [-0.033729, 0.018011, 0.151429, -0.057978, 0.058032, 0.060037],
  "runningVariance": [0.84833, 0.685244, 0.868198, 0.855011, 0.770181, 0.762363],
}, {
  "depth": 50,
  "stem": "imagenet",
  "size": 64,
  "evaluation": [
    0.709316,
    0.067703,
    -0.701631,
    0.811472,
    -0.14766,
    -0.565428,
    0.539122,
    0.269527,
    -0.797937,
    0.690918,
    0.28806,
    -0.663064,
  ],
  "evaluationGradient": [0.195564, 0.50759, 0.854993, -1.987966, 0.405475, 0.305897],
  "training": [
    -0.744911,
    0.657676,
    -0.112116,
    0.707554,
    -0.687201,
    -0.164687,
    -0.564532,
    0.814299,
    -0.134982,
    -0.609738,
    0.346464,
    -0.712869,
  ],
  "runningMean": [-0.228045, -0.003124, 0.001483, -0.116617, 0.139758, -0.142493],
  "runningVariance": [0.744528, 1.130838, 0.950253, 0.873168, 0.730725, 1.047824],
}];
