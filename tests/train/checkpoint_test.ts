// A checkpoint is read whole or not at all; what cannot be read is named, and no tensor is left.
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { convnet, DataError, initBackend, loadCheckpoint, Random, saveCheckpoint } from "@hscl/hscl";

const options = { channels: 1, widths: [3], strides: [2], head: { hidden: 4, output: 2 } };
const concat = (a: Uint8Array, b: ArrayLike<number>) => Uint8Array.from([...a, ...Array.from(b)]);

Deno.test("a damaged checkpoint is refused by name, leaves no tensor and changes no weight", async () => {
  await initBackend({ backend: "cpu" });
  const folder = await Deno.makeTempDir(), path = (name: string) => `${folder}/${name}`;
  const saved = convnet(options, new Random(0)), encoder = convnet(options, new Random(1));
  const weights = async () =>
    (await Promise.all(encoder.parameters.map(({ variable }) => variable.data()))).map((x) => [...x]);
  const original = await weights();
  await saveCheckpoint(saved, folder);
  const bin = await Deno.readFile(path("weights.bin")), json = await Deno.readTextFile(path("weights.json"));
  const edited = (edit: (specs: Record<string, unknown>[]) => unknown) => {
    const specs = JSON.parse(json);
    return JSON.stringify(edit(specs) ?? specs);
  };
  const cases: [file: string, content: Uint8Array | string | undefined, says: string][] = [
    ["weights.bin", undefined, "received none"],
    ["weights.bin", new Uint8Array(), "received 0"],
    ["weights.bin", bin.subarray(0, -1), `received ${bin.length - 1}`],
    ["weights.bin", bin.subarray(0, bin.length / 2), "must have the"],
    ["weights.bin", concat(bin, [0]), `must have the ${bin.length} bytes`],
    ["weights.bin", concat(bin, bin), `received ${2 * bin.length}`],
    ["weights.json", undefined, "received none"],
    ["weights.json", "", "must be JSON"],
    ["weights.json", json.slice(0, json.length / 2), "must be JSON"],
    ["weights.json", "null", "list of different names"],
    ["weights.json", "{}", "list of different names"],
    ["weights.json", "[null]", "list of different names"],
    ["weights.json", edited((specs) => void (specs[0].dtype = "int32")), "float32"],
    ["weights.json", edited((specs) => void (specs[0].shape = "3")), "list of different names"],
    ["weights.json", edited((specs) => void (specs[0].shape = [-1])), "list of different names"],
    [
      "weights.json",
      edited((specs) => void (specs[0].quantization = { dtype: "uint8" })),
      "list of different names",
    ],
    [
      "weights.json",
      edited((specs) => [...specs, { name: "x", shape: [1], dtype: "float32" }]),
      "weights.bin",
    ],
    ["weights.json", edited((specs) => [...specs, specs[0]]), "list of different names"],
    ["weights.json", edited((specs) => specs.slice(1)), "must have shape"],
    ["weights.json", edited((specs) => void (specs[0].shape = [9, 3])), "received [9,3]"],
  ];
  const { numTensors } = tf.memory();
  for (const [file, content, says] of cases) {
    await Deno.writeFile(path("weights.bin"), bin);
    await Deno.writeTextFile(path("weights.json"), json);
    if (content === undefined) await Deno.remove(path(file));
    else if (typeof content === "string") await Deno.writeTextFile(path(file), content);
    else await Deno.writeFile(path(file), content);
    const error = await assertRejects(() => loadCheckpoint(encoder, folder), Error, says);
    assert(error instanceof DataError || error instanceof RangeError, error.stack);
    assertStringIncludes(error.message, error instanceof DataError ? `${folder}/weights` : folder);
    assertEquals(tf.memory().numTensors, numTensors, `${file}: ${says}`);
  }
  assertEquals(await weights(), original);
  await saveCheckpoint(saved, folder);
  await loadCheckpoint(encoder, folder);
  assertEquals(tf.memory().numTensors, numTensors);
  await Deno.remove(folder, { recursive: true });
  saved.dispose();
  encoder.dispose();
});
