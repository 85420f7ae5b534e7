// Losses and hardening functions from plain data.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { testOnBackends } from "../backends.ts";
import {
  exponential,
  hsclLoss,
  huclLoss,
  initBackend,
  lossFromSettings,
  sclLoss,
  supConLoss,
  uclLoss,
} from "@hscl/hscl";
import type { LossSettings } from "@hscl/hscl/train";
import {
  hardeningFamilies,
  type HardeningFamily,
  hardeningFromSettings,
  hardeningNames,
  type HardeningSettings,
} from "@hscl/hscl/hardening";
import { lossNames, lossPresets, paperLosses } from "@hscl/hscl/losses";

const view1 = tf.tensor2d([[1, 0], [0.6, 0.8], [0, 1], [-1, 0]]);
const view2 = tf.tensor2d([[0.8, 0.6], [1, 0], [-0.6, 0.8], [0, -1]]);
const labels = Int32Array.of(0, 0, 1, 2);
const beta2: HardeningSettings = { name: "exponential", parameters: { beta: 2 } };

Deno.test("each name gives its loss, with the options it comes with", async () => {
  await initBackend({ backend: "cpu" });
  const options = { temperature: 0.2, negativeWeight: 3, tauPlus: 0.05 },
    hard = { ...options, hardening: exponential(2) };
  const expected: Record<typeof paperLosses[number], tf.Scalar> = {
    ucl: uclLoss(view1, view2, options),
    scl: sclLoss(view1, view2, labels, options),
    hucl: huclLoss(view1, view2, hard),
    hscl: hsclLoss(view1, view2, labels, hard),
  };
  const values = new Set<number>();
  for (const name of paperLosses) {
    const hardening = lossPresets[name].hardening === "required" ? beta2 : undefined;
    const [value] = await lossFromSettings({ name, ...options, hardening })(view1, view2, labels).data();
    assertEquals(value, (await expected[name].data())[0], name);
    values.add(value);
  }
  assertEquals(values.size, 4);
});

Deno.test("SupCon is hardened or not, in either variant, by the schedule's epoch", async () => {
  await initBackend({ backend: "cpu" });
  const down: HardeningSettings = {
    name: "exponential",
    parameters: { beta: { kind: "linear", from: 2, to: 0 } },
  };
  for (const variant of [undefined, "in", "out"] as const) {
    const settings = { name: "supCon", variant, temperature: 0.3 } as const;
    const at = async (settings: LossSettings, epoch: number) =>
      (await lossFromSettings(settings)(view1, view2, labels, { epoch, epochs: 2 }).data())[0];
    const expected = async (beta: number) =>
      (await supConLoss(view1, view2, labels, { variant, temperature: 0.3, hardening: exponential(beta) })
        .data())[0];
    assertEquals(await at(settings, 1), await expected(0));
    assertEquals([
      await at({ ...settings, hardening: down }, 1),
      await at({ ...settings, hardening: down }, 2),
    ], [
      await expected(2),
      await expected(0),
    ]);
  }
});

Deno.test("each family takes its parameters by name, from numbers and from schedules", () => {
  for (const name of hardeningNames) {
    const known: HardeningFamily["parameters"] = hardeningFamilies[name].parameters;
    const parameters = Object.fromEntries(
      Object.entries(known).map(([parameter, { default: value }]) => [parameter, 0.8 * value]),
    );
    const settings = (scheduled: boolean) => ({
      name,
      parameters: Object.fromEntries(
        Object.entries(parameters).map((
          [key, to],
        ) => [key, scheduled ? { kind: "linear" as const, from: 0.9, to } : to]),
      ),
    });
    for (const scheduled of [false, true]) {
      const hardening = hardeningFromSettings(settings(scheduled), { epoch: 3, epochs: 3 });
      assertEquals([hardening.name, hardening.parameters], [name, parameters]);
    }
    assertEquals(hardeningFromSettings(settings(false)).parameters, parameters);
    assertThrows(() => hardeningFromSettings(settings(true)), TypeError, "the epoch is required");
  }
});

Deno.test("unknown names, and a loss with a hardening it must not have or without one it must, are refused", () => {
  const refused = (settings: unknown, type: typeof TypeError | typeof RangeError, message: string) =>
    assertThrows(() => lossFromSettings(settings as LossSettings), type, message);
  refused(
    { name: "triplet" },
    RangeError,
    `Cannot use loss as it must be one of ${lossNames.join(", ")}: received "triplet"`,
  );
  refused(
    { name: "ucl", hardening: beta2 },
    TypeError,
    "it must come without hardening: received exponential",
  );
  refused({ name: "scl", hardening: beta2 }, TypeError, "without");
  refused({ name: "hucl" }, TypeError, "it must come with hardening: received none");
  refused({ name: "hscl" }, TypeError, "with hardening");
  refused(
    { name: "hscl", hardening: { name: "step", parameters: {} } },
    RangeError,
    "Cannot use hardening as it must be one of",
  );
  refused({ name: "supCon", hardening: { name: "threshold", parameters: { tau: 2 } } }, RangeError, "tau");
});

Deno.test("values that leave nothing finite are refused before anything trains", () => {
  const hardened = (beta: unknown, more: object = {}) => ({
    name: "hscl",
    hardening: { name: "exponential", parameters: { beta } },
    ...more,
  });
  const refused: [object, string][] = [
    [{ name: "ucl", temperature: 1e-300 }, "temperature as it must be at least 1e-16: received 1e-300"],
    [{ name: "scl", temperature: 0 }, "temperature as it must be at least 1e-16: received 0"],
    [{ name: "supCon", temperature: 1e-17 }, "temperature"],
    [
      { name: "scl", psi: "hinge", margin: 1e300 },
      "margin as it must be at least 0 and at most 10000000000000000",
    ],
    [{ name: "scl", psi: "triplet" }, "psi"],
    [{ name: "scl", reduction: "sum" }, "reduction"],
    [{ name: "scl", positives: "all" }, "positives"],
    [{ name: "scl", tauPlus: 1 }, "tauPlus"],
    [{ name: "supCon", variant: "both" }, "variant of SupCon"],
    [hardened(1e300), "beta of exponential hardening"],
    [hardened(1e17), "exponential hardening at temperature 0.5 as |log η| must be at most"],
    [hardened(1e10, { temperature: 1e-7 }), "received -100000000000000000 at cosine -1"],
    [hardened({ kind: "linear", from: 1, to: 1e17 }), "at temperature 0.5"],
    [hardened({ kind: "linear", from: 1e17, to: 1 }), "at temperature 0.5"],
    [
      { name: "hucl", hardening: { name: "polynomial", parameters: { power: 1e20 } } },
      "polynomial hardening at",
    ],
    [
      { name: "hucl", hardening: { name: "logistic", parameters: { tau: 0, width: 1e-20 } } },
      "logistic hardening at",
    ],
  ];
  for (const [settings, message] of refused) {
    assertThrows(() => lossFromSettings(settings as LossSettings), RangeError, message);
  }
  for (
    const settings of [hardened(1e15), hardened(1, { temperature: 1e-15 }), {
      name: "ucl",
      temperature: 1e-16,
    }]
  ) {
    lossFromSettings(settings as LossSettings);
  }
});

testOnBackends("the ends of the ranges leave losses and gradients finite", async () => {
  const [a, b] = [[1, 4], [2, 3]].map(([x, y]) => tf.tensor2d([[x, 1], [1, -y], [-y, x], [y, 2]]));
  const ends: LossSettings[] = [
    { name: "ucl", temperature: 1e-16 },
    { name: "scl", temperature: 1e300 },
    { name: "supCon", temperature: 1e-16 },
    { name: "scl", psi: "hinge", margin: 1e16 },
    { name: "hscl", hardening: { name: "exponential", parameters: { beta: 1e-300 } } },
    { name: "hscl", hardening: { name: "exponential", parameters: { beta: 5e15 } } },
    { name: "hscl", temperature: 1e-16, hardening: { name: "exponential", parameters: { beta: 1 } } },
    { name: "hscl", psi: "hinge", hardening: { name: "exponential", parameters: { beta: 5e15 } } },
    { name: "hucl", hardening: { name: "polynomial", parameters: { power: 6e14 } } },
    { name: "hscl", hardening: { name: "logistic", parameters: { tau: 0, width: 1e-16 } } },
    { name: "hscl", negativeWeight: 1e300, hardening: { name: "threshold", parameters: { tau: 1 } } },
  ] as unknown as LossSettings[];
  for (const settings of ends) {
    const loss = lossFromSettings(settings);
    const { value, grads } = tf.valueAndGrads((x, y) => loss(x as tf.Tensor2D, y as tf.Tensor2D, labels))([
      a,
      b,
    ]);
    const numbers = (await Promise.all([value, ...grads].map((tensor) => tensor.data()))).flatMap((
      x,
    ) => [...x]);
    assert(numbers.every(Number.isFinite), `${JSON.stringify(settings)}: ${numbers}`);
  }
});
