/**
 * Whether a worker of this module may be started without anybody being asked or told: Deno asks for a permission that is
 * missing, or ends the program, and complains of a module that is not there, as in a compiled program that leaves it out.
 */
export function mayLoad(moduleOf: () => URL): boolean {
  const { Deno: deno } = globalThis as { Deno?: typeof Deno };
  if (deno === undefined) return typeof Worker === "function";
  try {
    const module = moduleOf(), { protocol, hostname, port } = module;
    const host = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
    const needed = protocol === "file:"
      ? { name: "read", path: module } as const
      : { name: "import", host } as const;
    if (deno.permissions.querySync(needed).state !== "granted") return false;
    return protocol !== "file:" || deno.statSync(module).isFile;
  } catch {
    return false; // not there, or no address at all
  }
}
