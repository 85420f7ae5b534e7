/**
 * H-SCL toolkit: contrastive losses with hard negative samples, and what it takes to train and compare them.
 *
 * Four losses of two views of a batch – UCL, SCL, H-UCL, H-SCL – are presets of one general form; hardening functions
 * decide how much more a close negative weighs.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { exponential, hsclLoss, initBackend } from "@hscl/hscl";
 *
 * await initBackend();
 * const view1 = tf.randomNormal<tf.Rank.R2>([8, 16], 0, 1, "float32", 1);
 * const view2 = tf.randomNormal<tf.Rank.R2>([8, 16], 0, 1, "float32", 2);
 * const labels = [0, 0, 1, 1, 2, 2, 3, 3];
 * const loss = hsclLoss(view1, view2, labels, { hardening: exponential(1), temperature: 0.5 });
 * assert((await loss.data())[0] > 0);
 * ```
 *
 * @module
 */
export * from "./lib/core/mod.ts";
export * from "./lib/backend/mod.ts";
export * from "./lib/hardening/mod.ts";
export * from "./lib/losses/mod.ts";
export * from "./lib/samplers/mod.ts";
export * from "./lib/data/mod.ts";
export * from "./lib/augment/mod.ts";
export * from "./lib/encoders/mod.ts";
export * from "./lib/train/mod.ts";
export * from "./lib/evaluate/mod.ts";
export * from "./lib/theory/mod.ts";
export * as figures from "./lib/figures/mod.ts";
export * as notebook from "./lib/notebook/mod.ts";
