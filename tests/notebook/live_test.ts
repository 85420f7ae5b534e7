import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { initBackend } from "../../lib/backend/mod.ts";
import {
  displayTensors,
  jupyterDisplay,
  live,
  type MediaBundle,
  table,
  tensorBundle,
  trainingProgress,
} from "../../lib/notebook/mod.ts";
import { listener } from "./fixture.ts";

Deno.test("live: shown once, then replaced under the same name", async () => {
  const { messages, broadcast } = listener();
  const view = await live(table([{ done: 0 }]), broadcast);
  await view.update(table([{ done: 1 }]));
  assertEquals(messages.map(({ kind }) => kind), ["display_data", "update_display_data"]);
  assertEquals(messages[0].id, messages[1].id);
  assertMatch(messages[1].text, /1$/);
});

Deno.test("live: silent outside of a notebook", async () => {
  const view = await live(table([{ done: 0 }]));
  await view.update(table([{ done: 1 }]));
});

Deno.test("trainingProgress: moves while training; what stays has no times in it", async () => {
  const { messages, broadcast } = listener();
  const progress = await trainingProgress(["SCL", "H-SCL"], 2, broadcast);
  const step = { stepsPerEpoch: 10, loss: 2.5, imagesPerSecond: 123.4 };
  progress.of("SCL")({ epoch: 1, step: 5, ...step });
  await new Promise((resolve) => setTimeout(resolve, 10));
  for (let i = 1; i <= 5; i++) progress.of("SCL")({ epoch: 2, step: i, ...step }); // too soon for another picture
  assertEquals(messages.length, 2);
  assertMatch(messages[1].text, /SCL +█{5}░{15} +1 of 2 +2\.500 +123 images\/s/);
  assertMatch(messages[1].text, /H-SCL +░{20} +0 of 2 +– +waiting/);
  progress.of("SCL")({ epoch: 2, step: 10, ...step });
  await progress.finish();
  assertMatch(messages.at(-1)!.text, /SCL +█{20} +2 of 2 +2\.500 +done/);
  assert(!/images\/s/.test(messages.at(-1)!.text));
  assertThrows(() => progress.of("UCL")({ epoch: 1, step: 1, ...step }), RangeError, "received UCL");
});

Deno.test("tensors: shape, type and the first numbers", async () => {
  await initBackend({ backend: "cpu" });
  const text = async (tensor: tf.Tensor) => String((await tensorBundle(tensor))["text/plain"]).split("\n");
  assertEquals(await text(tf.tensor2d([[1, 2.5], [3, 4]])), [
    "Tensor [2, 2] float32",
    "     [0]    [1]",
    "[0]    1  2.500",
    "[1]    3  4.000",
  ]);
  assertEquals(await text(tf.scalar(7, "int32")), ["Tensor [] int32", "     [0]", "[0]    7"]);
  assertEquals(await text(tf.zeros([0, 3])), ["Tensor [0, 3] float32"]);
  const large = await text(tf.zeros([3, 4, 100]));
  assertEquals(large.length, 2 + 6);
  assertEquals(large[0], "Tensor [3, 4, 100] float32, first 6 of 12 rows");
  assertMatch(large[1], /\[7\] +…$/);
});

Deno.test("tensors: complex numbers have both parts, and text and truths are shown as they are", async () => {
  await initBackend({ backend: "cpu" });
  const text = async (tensor: tf.Tensor) => String((await tensorBundle(tensor))["text/plain"]).split("\n");
  const complex = tf.complex([1, 0.5, 0, -1], [2, -0.25, 1, NaN]);
  const lines = await text(complex.reshape([2, 2]));
  assertEquals(lines[0], "Tensor [2, 2] complex64");
  assertEquals(lines.slice(2).map((line) => line.trim().split(/ +/)), [
    ["[0]", "1+2i", "0.5000-0.2500i"],
    ["[1]", "0+1i", "-1+NaNi"],
  ]);
  assertMatch((await text(tf.complex(3, -4)))[2], /3-4i$/);
  const wide = await text(tf.complex(Array(20).fill(7), Array(20).fill(1)));
  assertMatch(wide[2], /^\[0\]( +7\+1i){8} +…$/);
  assertMatch((await text(tf.tensor1d(["a", "b"])))[2], /a +b$/);
  assertMatch((await text(tf.tensor1d([true, false])))[2], /1 +0$/);
});

Deno.test("tensorBundle refuses what is no tensor", async () => {
  for (const given of [undefined, null, 3, [1, 2], {}]) {
    await assertRejects(
      () => tensorBundle(given as never),
      TypeError,
      "Cannot show a tensor as it must be one that is not disposed of: received",
    );
  }
  const gone = tf.tensor1d([1]);
  gone.dispose();
  await assertRejects(() => tensorBundle(gone), TypeError, "received a tensor that was disposed of");
});

Deno.test("displayTensors: every tensor shows itself", async () => {
  displayTensors();
  const tensor = tf.tensor1d([1, 2, 3]) as unknown as { [jupyterDisplay](): Promise<MediaBundle> };
  assertMatch(String((await tensor[jupyterDisplay]())["text/plain"]), /^Tensor \[3\] float32/);
});
