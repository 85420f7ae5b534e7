// Losses and hardening functions from plain data.
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
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
import {
  hardeningFromSettings,
  type HardeningSettings,
  isHardened,
  type LossName,
  lossNames,
  type SupConSettings,
} from "@hscl/hscl/train";

const view1 = tf.tensor2d([[1, 0], [0.6, 0.8], [0, 1], [-1, 0]]);
const view2 = tf.tensor2d([[0.8, 0.6], [1, 0], [-0.6, 0.8], [0, -1]]);
const labels = Int32Array.of(0, 0, 1, 2);
const beta2: HardeningSettings = { name: "exponential", parameters: { beta: 2 } };

Deno.test("each name gives its loss, with the options it comes with", async () => {
  await initBackend({ backend: "cpu" });
  const options = { temperature: 0.2, negativeWeight: 3, tauPlus: 0.05 },
    hard = { ...options, hardening: exponential(2) };
  const expected: Record<LossName, tf.Scalar> = {
    ucl: uclLoss(view1, view2, options),
    scl: sclLoss(view1, view2, labels, options),
    hucl: huclLoss(view1, view2, hard),
    hscl: hsclLoss(view1, view2, labels, hard),
  };
  const values = new Set<number>();
  for (const name of lossNames) {
    const hardening = isHardened(name) ? beta2 : undefined;
    const [value] = await lossFromSettings({ name, ...options, hardening })(view1, view2, labels).data();
    assertEquals(value, (await expected[name].data())[0], name);
    values.add(value);
  }
  assertEquals([values.size, lossNames.filter(isHardened)], [4, ["hucl", "hscl"]]);
});

Deno.test("SupCon is hardened or not, in either variant, by the schedule's epoch", async () => {
  await initBackend({ backend: "cpu" });
  const down: HardeningSettings = {
    name: "exponential",
    parameters: { beta: { kind: "linear", from: 2, to: 0 } },
  };
  for (const variant of [undefined, "in", "out"] as const) {
    const settings: SupConSettings = { name: "supCon", variant, temperature: 0.3 };
    const at = async (settings: SupConSettings, epoch: number) =>
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
  const families: Record<HardeningSettings["name"], Record<string, number>> = {
    exponential: { beta: 2 },
    threshold: { tau: -0.3 },
    polynomial: { power: 3 },
    logistic: { tau: 0.2, width: 0.1 },
  };
  for (const [name, parameters] of Object.entries(families)) {
    const settings = (scheduled: boolean) => ({
      name: name as HardeningSettings["name"],
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
    assertThrows(() => lossFromSettings(settings as SupConSettings), type, message);
  refused(
    { name: "triplet" },
    RangeError,
    "Cannot use loss as it must be one of ucl, scl, hucl, hscl, supCon",
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
