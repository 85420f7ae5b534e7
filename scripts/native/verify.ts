const script = new URL("./check.ts", import.meta.url).href;

/** What a library that was tried is worth: what runs, or why it does not. */
export type Verdict = { works: true; detail: string } | { works: false; reason: string };

/** Tries the native library under `root`, in a process of its own. */
export async function verify(root: string): Promise<Verdict> {
  const { code, signal, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-q", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys", "--allow-ffi", script],
    env: { HSCL_NATIVE: root, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (code === 0) return { works: true, detail: new TextDecoder().decode(stdout).trim() };
  const lines = new TextDecoder().decode(stderr).split("\n").map((line) => line.trim()).filter(Boolean);
  const said = lines.find((line) => /error/i.test(line))?.replace(
    /^error: (Uncaught )?(\(in promise\) )?/,
    "",
  );
  return { works: false, reason: said ?? (signal ? `it ended by ${signal}` : `it ended with code ${code}`) };
}
