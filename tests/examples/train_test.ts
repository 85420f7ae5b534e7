import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../examples/train.ts", import.meta.url));

Deno.test("examples/train.ts can be read at a glance, and learns with no more permission than to read", async () => {
  assert((await Deno.readTextFile(program)).trimEnd().split("\n").length <= 50);

  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--allow-read", program],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  assertMatch(lines[0], /^2000 images of 4 classes, backend \w+$/);
  const losses = lines.slice(1, -1).map((line, index) => {
    assertMatch(line, new RegExp(`^epoch ${index + 1}: loss \\d\\.\\d{3}$`));
    return Number(line.split(" ").at(-1));
  });
  assertEquals(losses.length, 6);
  // Embeddings that are all alike, which is how a training fails, have the loss log(1 + Q) with Q = 2·64 − 2.
  assert(losses[5] < losses[0] && losses[5] < Math.log(127) - 0.1, `losses ${losses}`);
  const accuracy = lines.at(-1)!.match(/^accuracy on 400 new ones: (\d+\.\d) % \(chance: 1\/4\)$/);
  // It is 89 %, and 56 % with the untrained network.
  assert(Number(accuracy?.[1]) > 80, lines.at(-1));
});
