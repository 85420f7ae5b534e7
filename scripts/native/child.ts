/**
 * Settings of the environment that keep a child from inheriting what Deno lets only a script with all permissions hand
 * on: the variables of the dynamic loader, such as `LD_LIBRARY_PATH`.
 */
export function withoutLoaderVariables(): Record<string, string> {
  const names = Object.keys(Deno.env.toObject()).filter((name) => /^(LD|DYLD)_/.test(name));
  return Object.fromEntries(names.map((name) => [name, ""])); // empty counts as not there
}

/** The lines of an output that are not empty. */
export function linesOf(output: Uint8Array | string): string[] {
  const text = typeof output === "string" ? output : new TextDecoder().decode(output);
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}
