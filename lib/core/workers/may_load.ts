/**
 * Whether a worker of this module may be started without asking anybody: Deno would ask for a permission that is missing, or
 * end the program.
 */
export function mayLoad(module: () => URL): boolean {
  const { Deno: deno } = globalThis as { Deno?: typeof Deno };
  if (deno === undefined) return typeof Worker === "function";
  const { href, protocol, host, port } = module();
  const needed = protocol === "file:"
    ? { name: "read", path: new URL(href) } as const
    : { name: "import", host: port === "" ? `${host}:${protocol === "https:" ? 443 : 80}` : host } as const;
  return deno.permissions.querySync(needed).state === "granted";
}
