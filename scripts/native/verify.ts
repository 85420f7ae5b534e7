import { installedVariant, variantFolder } from "../../lib/backend/native/locate.ts";
import { remember } from "../../lib/backend/native/tried.ts";
import { linesOf } from "./child.ts";

const script = new URL("./check.ts", import.meta.url).href;

/** What a library that was tried is worth: what runs, or why it does not. */
export type Verdict = { works: true; detail: string } | { works: false; reason: string };

/** Tries the native library under `root`, in a process of its own. */
export async function verify(root: string, signal?: AbortSignal): Promise<Verdict> {
  const { code, signal: end, stdout, stderr } = await new Deno.Command("deno", {
    args: [
      ..."run -q --no-prompt --allow-read --allow-env --allow-sys --allow-ffi --allow-run=deno".split(" "),
      script,
    ],
    env: { HSCL_NATIVE: root, NO_COLOR: "1" },
    stdin: "null",
    signal,
  }).output();
  signal?.throwIfAborted();
  if (code === 0) {
    const variant = installedVariant(root);
    if (variant) await remember(variantFolder(root, variant), { works: true });
    return { works: true, detail: linesOf(stdout).join(" ") };
  }
  const said = linesOf(stderr).find((line) => /error/i.test(line))?.replace(
    /^error: (Uncaught )?(\(in promise\) )?/,
    "",
  );
  return { works: false, reason: said ?? (end ? `it ended by ${end}` : `it ended with code ${code}`) };
}
