import { assertEquals, assertMatch } from "@std/assert";
import { deno } from "../process.ts";

Deno.test({
  name: "the loss in tiles: times and memory come as tables",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { code, out, error } = await deno(
      "run -A bench/tiled_loss.ts --backends wasm --timed 64 --rows 10 --samples 3 --large 128",
    );
    assertEquals(code, 0, error);
    const number = String.raw`\d+(\.\d+)?`;
    for (const classes of [10, 32]) {
      assertMatch(
        out,
        new RegExp(`^\\| wasm +\\| ${classes} +\\| ${number} +\\| ${number} +\\| ${number} \\(`, "m"),
      );
    }
    for (const classes of [2, 10, 62, 64]) {
      assertMatch(
        out,
        new RegExp(`^\\| wasm +\\| ${classes} +\\| ${number} +\\| ${number} +\\| ${number} +\\|$`, "m"),
      );
    }
  },
});
