import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { taskArguments } from "../process.ts";

Deno.test("LD_LIBRARY_PATH, which Deno hands on to no child of a task, keeps no figure from its workers", async () => {
  const out = await Deno.makeTempDir();
  const args = [...await taskArguments("fig1"), "--backend", "tensorflow", "--out", out];
  const env = { LD_LIBRARY_PATH: "/nowhere", HSCL_NATIVE: `${out}/absent`, NO_COLOR: "1" };
  // Only a program with all permissions, as a shell is, may set it for a child.
  const { stdout } = await new Deno.Command("deno", {
    args: [
      "eval",
      `const { args, env } = JSON.parse(Deno.args[0]);
       const { code, stderr } = await new Deno.Command("deno", { args, env }).output();
       console.log(JSON.stringify({ code, error: new TextDecoder().decode(stderr) }));`,
      JSON.stringify({ args, env }),
    ],
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
  }).output();
  const { code, error } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(code, 2, error);
  assertMatch(error, /^fig1: --backend tensorflow: .*not installed/); // said by the worker that was asked for it
  await Deno.remove(out, { recursive: true });
});
