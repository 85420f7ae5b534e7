import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

Deno.test("every public name and field is documented", async () => {
  const { stderr } = await new Deno.Command("deno", {
    args: ["doc", "--lint", "--quiet", "mod.ts"],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const errors = new TextDecoder().decode(stderr).split(/^(?=error\[)/m).filter((text) =>
    text.startsWith("error[")
  );
  assertEquals(errors, []);
});
