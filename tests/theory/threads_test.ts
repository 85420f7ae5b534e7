import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  anchorStatistics,
  assumption1,
  customHardening,
  exponential,
  type Hardening,
  logistic,
  noHardening,
  populationLosses,
  Random,
  theorem1,
} from "@hscl/hscl";
import { receivedHardening, sentHardening } from "../../lib/hardening/sent.ts";
import { testOnBackends } from "../backends.ts";

// Seven blocks of 256 rows, the last of them not whole.
const count = 1600, dim = 7;
const random = new Random(3).child("threads");
const embeddings = Float32Array.from({ length: count * dim }, () => random.normal());
const labels = Array.from({ length: count }, () => random.integer(5));
labels[count - 1] = 17; // alone in its class

/** Everything that the pass over all pairs says, as text: equal texts are equal to the last bit. */
async function everything(
  hardenings: Hardening[],
  products: "float32" | "float64",
  threads: number,
): Promise<string> {
  const statistics = await anchorStatistics(embeddings, dim, labels, {
    hardenings,
    products,
    threads,
    leaveOut: 64,
    temperature: 0.2,
  });
  const claims = [populationLosses(statistics), assumption1(statistics), theorem1(statistics)];
  return JSON.stringify(
    [statistics, claims],
    (_, value) => ArrayBuffer.isView(value) ? Array.from(value as Float64Array, String) : value,
  );
}

const hardenings = [exponential(1), exponential(2), logistic(0.2, 0.1), noHardening()];

testOnBackends("several threads find the same as one to the last bit", async (backend) => {
  const before = tf.memory().numTensors, wanted = await everything(hardenings, "float32", 1);
  assert(wanted.length > 1e6);
  for (const threads of backend === "wasm" ? [2, 3, 7] : [3]) {
    assert(await everything(hardenings, "float32", threads) === wanted, `${threads} threads`);
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("so they do in float64", async () => {
  assert(await everything(hardenings, "float64", 3) === await everything(hardenings, "float64", 1));
});

Deno.test("a hardening function of one's own stays on one thread and finds the same", async () => {
  const cubic = customHardening("cubic", (u) => 3 * u ** 3);
  assertEquals(await everything([cubic], "float64", 3), await everything([cubic], "float64", 1));
});

Deno.test("a function is sent by its name only if that says all about it", () => {
  for (const hardening of [exponential(3), logistic(0.1, 0.2), noHardening()]) {
    const sent = sentHardening(hardening, 0.5);
    assert(sent);
    assertEquals(receivedHardening(sent).logEtaAt(0.3, 0.5), hardening.logEtaAt(0.3, 0.5));
  }
  const steeper = { ...exponential(3), logEtaAt: exponential(4).logEtaAt };
  const nameless = { ...exponential(3), parameters: {} };
  const sloping = { ...exponential(3), slope: () => 1 };
  for (const other of [steeper, nameless, sloping, customHardening("own", (u) => u)]) {
    assertEquals(sentHardening(other, 0.5), undefined);
  }
});

Deno.test("the number of threads must be one", async () => {
  await assertRejects(() => anchorStatistics(embeddings, dim, labels, { threads: 0 }), RangeError, "threads");
  await assertRejects(
    () => anchorStatistics(embeddings, dim, labels, { threads: 1.5 }),
    TypeError,
    "threads",
  );
});
