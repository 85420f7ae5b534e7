import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { initBackend } from "@hscl/hscl";
import type { Encoder } from "@hscl/hscl/encoders";
import { RunningState } from "../../lib/train/running_state.ts";

/** An encoder of a running number, a frozen weight and a trained one. */
async function state() {
  await initBackend({ backend: "wasm" });
  const [running, frozen, trained] = [1, 0.1, 3].map((value) => tf.variable(tf.scalar(value)));
  const encoder = {
    parameters: [
      { name: "running", variable: running, trainable: false },
      { name: "frozen", variable: frozen, trainable: false },
      { name: "trained", variable: trained, trainable: true },
    ],
  } as unknown as Encoder;
  const values = () => [running, frozen, trained].map((variable) => variable.dataSync()[0]);
  const set = (variable: tf.Variable, value: number) => tf.tidy(() => variable.assign(tf.scalar(value)));
  return { of: new RunningState(encoder), running, trained, values, set };
}

Deno.test("several passes from one state move it by the mean of their moves, and what is frozen not in the last bit", async () => {
  const { of, running, trained, values, set } = await state();
  const before = tf.memory().numTensors, starts: number[] = [];
  const [, frozen] = values();
  const results = of.movedOnce([4, 7, 2.5].map((value, i) => ({
    weight: [0.5, 0.25, 0.25][i],
    pass: () => {
      starts.push(values()[0]);
      set(running, value);
      set(trained, value);
      return i;
    },
  })));
  assertEquals([results, starts], [[0, 1, 2], [1, 1, 1]]);
  // 1 + 0.5 · 3 + 0.25 · 6 + 0.25 · 1.5; trained parameters are none of its business.
  assertEquals(values(), [4.375, frozen, 2.5]);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("a pass whose moves do not count leaves the state as it was, also when it fails", async () => {
  const { of, running, values, set } = await state(), before = tf.memory().numTensors, start = values();
  assertEquals(of.kept(() => (set(running, 9), "done")), "done");
  assertEquals(values(), start);
  const fail = () => {
    set(running, 9);
    throw new Error("full");
  };
  assertThrows(() => of.kept(fail), Error, "full");
  assertEquals(values(), start);
  assertEquals(tf.memory().numTensors, before);
});
