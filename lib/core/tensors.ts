import type * as tf from "@tensorflow/tfjs";

// Types of public signatures need public names: deno doc would take those of TensorFlow.js for private ones.

/** A tensor of TensorFlow.js, of any rank. */
export type Tensor = tf.Tensor;

/** A tensor of TensorFlow.js that holds one number. */
export type Scalar = tf.Scalar;

/** A tensor of TensorFlow.js with one axis. */
export type Tensor1D = tf.Tensor1D;

/** A tensor of TensorFlow.js with two axes. */
export type Tensor2D = tf.Tensor2D;

/** A tensor of TensorFlow.js with four axes. */
export type Tensor4D = tf.Tensor4D;

/** A tensor of TensorFlow.js whose values change in place. */
export type Variable = tf.Variable;

/** A model of TensorFlow.js' layers. */
export type LayersModel = tf.LayersModel;
