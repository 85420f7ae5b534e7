import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { customHardening, hsclLoss, initBackend } from "@hscl/hscl";
import { maxDifference, testOnBackends } from "../backends.ts";
import { exponential } from "@hscl/hscl";

Deno.test("a function that decreases is refused with both cosines and values", () => {
  const error = assertThrows(() => customHardening("hump", (u) => u <= 0.5 ? u : 1 - u), RangeError);
  assertEquals(
    (error as Error).message,
    "Cannot use hardening hump as log η must not decrease: received 0.5 at cosine 0.5 and 0.49951171875 at cosine " +
      "0.50048828125, temperature 0.5",
  );
  assertThrows(
    () => customHardening("drop", (u) => u < 0 ? 0 : -Infinity),
    RangeError,
    "-Infinity at cosine 0,",
  );
});

Deno.test("rounding on a constant stretch is no decrease", () => {
  customHardening("flat", (u) => 1 + 1e-15 * Math.sin(1000 * u));
});

Deno.test("NaN, +Infinity, η = 0 everywhere and other types are refused", () => {
  assertThrows(() => customHardening("root", (u) => Math.sqrt(u)), RangeError, "received NaN at cosine -1");
  assertThrows(
    () => customHardening("pole", (u) => -Math.log(1 - u)),
    RangeError,
    "received Infinity at cosine 1",
  );
  assertThrows(() => customHardening("nothing", () => -Infinity), RangeError, "zero everywhere");
  assertThrows(() => customHardening("text", () => "1" as unknown as number), RangeError, 'received "1"');
  assertThrows(() => customHardening("no function", 1 as unknown as () => number), TypeError, "received 1");
  assertThrows(
    () => customHardening("bad", (u) => u, { parameters: { a: NaN } }),
    TypeError,
    "a of bad hardening",
  );
});

Deno.test("the names of built-in functions are refused, as losses tell them apart by name", () => {
  for (const name of ["", "none", "exponential", "threshold", "polynomial", "logistic"]) {
    assertThrows(() => customHardening(name, (u) => u), RangeError, "name");
  }
});

Deno.test("a function that decreases at another temperature only is refused when that is used", () => {
  const hardening = customHardening("cold", (u, T) => T < 0.2 ? -u : u);
  assertEquals(hardening.logEtaAt(0.3, 0.5), 0.3);
  assertThrows(() => hardening.logEtaAt(0.3, 0.1), RangeError, "temperature 0.1");
  assertThrows(() => hardening.logEta(tf.scalar(0.3), 0.1), RangeError, "temperature 0.1");
});

testOnBackends("a form on tensors that differs is refused where it can be read", (backend) => {
  const other = () => customHardening("other", (u) => 2 * u, { logEta: (u) => tf.mul(u, 3) });
  if (backend === "webgpu") {
    // Reads asynchronously only, so that nothing can be compared.
    return assertEquals(other().logEtaAt(0.5, 1), 1);
  }
  assertThrows(other, RangeError, "received -2 and -3 at cosine -1");
  assertThrows(
    () => customHardening("infinite", (u) => u > 0 ? 0 : -Infinity, { logEta: (u) => tf.log(tf.relu(u)) }),
    RangeError,
    "must agree",
  );
});

Deno.test("cosines that rounding pushed out of range are taken as the ends", () => {
  const hardening = customHardening("arc", (u) => -Math.acos(u));
  assertEquals(hardening.logEtaAt(1 + 1e-15, 0.5), 0);
  assertEquals(hardening.logEtaAt(-1 - 1e-15, 0.5), -Math.PI);
});

testOnBackends("tensors out of range are clipped too, and memory is given back", async () => {
  const hardening = customHardening("arc", (u) => -Math.acos(u));
  const cosines = tf.tensor1d([-1.0000002, 1.0000002]), before = tf.memory().numTensors;
  const values = tf.tidy(() => hardening.logEta(cosines, 0.5));
  assertEquals(tf.memory().numTensors, before + 1);
  assertEquals(maxDifference(await values.data(), [-Math.fround(Math.PI), 0]), 0);
});

testOnBackends(
  "βu/T written as a custom function gives the loss and gradient of exponential hardening",
  async () => {
    const view1 = tf.randomNormal<tf.Rank.R2>([6, 4], 0, 1, "float32", 1);
    const view2 = tf.randomNormal<tf.Rank.R2>([6, 4], 0, 1, "float32", 2);
    const evaluate = async (hardening: ReturnType<typeof exponential>) => {
      const loss = (a: tf.Tensor, b: tf.Tensor) =>
        hsclLoss(a as tf.Tensor2D, b as tf.Tensor2D, [0, 0, 1, 1, 2, 2], { hardening });
      const { value, grads } = tf.valueAndGrads(loss)([view1, view2]);
      return (await Promise.all([value, ...grads].map((tensor) => tensor.data()))).flatMap((data) =>
        Array.from(data)
      );
    };
    const expected = await evaluate(exponential(2));
    const numbers = await evaluate(customHardening("mine", (u, T) => 2 * u / T));
    const both = await evaluate(
      customHardening("mine", (u, T) => 2 * u / T, { logEta: (u, T) => tf.mul(u, 2 / T) }),
    );
    for (const [values, tolerance] of [[numbers, 1e-5], [both, 1e-6]] as const) {
      const off = maxDifference(values, expected);
      assert(off < tolerance, `off by ${off}`);
    }
  },
);

Deno.test("a form on tensors that gives none is refused in words", async () => {
  await initBackend({ backend: "cpu" });
  // deno-lint-ignore no-explicit-any
  const form = (logEta: any) => () => customHardening("mine", (u) => u, { logEta });
  const given: [unknown, string][] = [
    [undefined, "undefined"],
    [3, "3"],
    [[1, 2], "[1, 2]"],
    [Promise.resolve(3), "a Promise, whose value await gives"],
  ];
  for (const [value, received] of given) {
    assertThrows(
      form(() => value),
      TypeError,
      `Cannot use hardening mine as logEta must return a tensor [4097]: received ${received}`,
    );
  }
  assertThrows(
    form(() => tf.scalar(1)),
    TypeError,
    "must return a tensor [4097]: received a tensor [] of float32",
  );
  for (const logEta of [null, 3, "u", {}]) {
    assertThrows(form(logEta), TypeError, "Cannot use hardening mine as logEta must be a function: received");
  }
  // Fair on the grid, and not on what a loss asks for.
  let calls = 0;
  const once = customHardening("mine", (u) => u, { logEta: (u) => calls++ === 0 ? u : undefined! });
  assertThrows(
    () => once.logEta(tf.zeros([2, 3]), 0.5),
    TypeError,
    "must return a tensor [2, 3]: received undefined",
  );
  for (const parameters of [3, "beta", [1]]) {
    assertThrows(
      () => customHardening("mine", (u) => u, { parameters: parameters as never }),
      TypeError,
      "Cannot use parameters as it must be an object",
    );
  }
});
