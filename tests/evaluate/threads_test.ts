import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { knnClassify, Random } from "@hscl/hscl";
import { retrieval } from "@hscl/hscl/evaluate";
import { testOnBackends } from "../backends.ts";

const random = new Random(5).child("threads"), dim = 6, classes = 9;
// Labels far apart, some of them nobody's.
const labelled = (count: number) => ({
  features: Float32Array.from({ length: count * dim }, () => random.normal()),
  labels: Array.from({ length: count }, () => 3 * random.integer(classes)),
});
// Seven blocks of queries, the last of them not whole.
const bank = labelled(700), queries = labelled(1700);

testOnBackends("1, 2, 3 and 7 threads classify and find alike", async () => {
  const options = { dim, classes: 3 * classes, k: 20 }, before = tf.memory().numTensors;
  const found = async (threads: number) => [
    await knnClassify(bank, queries, { ...options, threads }),
    await knnClassify(queries, queries, { ...options, leaveOneOut: true, threads }),
    await retrieval(queries, { dim, threads }),
  ];
  const wanted = await found(1);
  for (const threads of [2, 3, 7]) assertEquals(await found(threads), wanted, `${threads} threads`);
  assertEquals(tf.memory().numTensors, before);
});

testOnBackends("the number of threads must be one", async () => {
  await assertRejects(
    () => knnClassify(bank, queries, { dim, classes: 3 * classes, threads: 0 }),
    RangeError,
    "threads",
  );
  await assertRejects(() => retrieval(queries, { dim, threads: NaN }), TypeError, "threads");
});
