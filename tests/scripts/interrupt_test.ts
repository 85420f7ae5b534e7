// Ctrl-C while a figure is drawn: one line, and nothing else than what was there before.
import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { task, taskArguments } from "../process.ts";

const onUnix = { ignore: Deno.build.os === "windows" };

/** Starts a task, interrupts it once a file is there, and tells how it ended. */
async function interrupted(name: string, args: string[], env: Record<string, string>, file: string) {
  const child = new Deno.Command("deno", {
    args: [...await taskArguments(name), ...args],
    env: { NO_COLOR: "1", ...env },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let ended = false;
  const output = child.output().finally(() => ended = true);
  while (!ended && !await Deno.stat(file).then(() => true, () => false)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (!ended) child.kill("SIGINT");
  const { signal, stderr } = await output;
  return { signal, lines: new TextDecoder().decode(stderr).trim().split("\n") };
}

for (const trained of [true, false]) {
  Deno.test(
    `Ctrl-C while a figure is drawn ${trained ? "after its training" : "again"} ends it with one line`,
    onUnix,
    async () => {
      const folder = await Deno.makeTempDir(), out = join(folder, "out");
      const args = ["--preset", "smoke", "--dataset", "synthetic", "--epochs", "1", "--backend", "wasm"];
      args.push("--out", out);
      if (!trained) assertEquals((await task("fig7", args, { CHROME_PATH: "/nonexistent" })).code, 0);
      // Never draws: what of an earlier figure is there must stay.
      const browser = join(folder, "browser"), started = join(folder, "started");
      await Deno.writeTextFile(
        browser,
        `#!/bin/sh\necho $$ > ${started}.tmp; mv ${started}.tmp ${started}\nexec sleep 300\n`,
        {
          mode: 0o755,
        },
      );
      const figure = join(out, "smoke", "fig7");
      await Deno.mkdir(figure, { recursive: true });
      await Deno.writeTextFile(join(figure, "fig7.png"), "earlier");
      const { signal, lines } = await interrupted("fig7", args, { CHROME_PATH: browser }, started);
      assertEquals(signal, "SIGINT", lines.join("\n"));
      assertMatch(
        lines.at(-1)!,
        /^fig7: stopped; finished runs are kept and will be reused, unfinished ones go on from where they are$/,
      );
      assertEquals(Array.from(Deno.readDirSync(figure), ({ name }) => name).sort(), [
        "fig7.html",
        "fig7.json",
        "fig7.png",
      ]);
      assertEquals(await Deno.readTextFile(join(figure, "fig7.png")), "earlier");
      await Deno.remove(folder, { recursive: true });
    },
  );
}
