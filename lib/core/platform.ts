/**
 * Deno's namespace, for what only Deno offers here: files, processes and native libraries. All else runs in browsers
 * and Node.js too, so nothing may ask for it before it is needed.
 *
 * @param purpose what needs it, as in "Cannot write a checkpoint as …"
 * @throws {Error} where the program does not run on Deno
 */
export function denoFor(purpose: string): typeof Deno {
  const { Deno: deno } = globalThis as { Deno?: typeof Deno };
  if (deno === undefined) {
    throw new Error(`Cannot ${purpose} as this needs Deno: received ${platformName()}`);
  }
  return deno;
}

/** Where the program runs, for people. */
export function platformName(): string {
  const { Deno: deno, process } = globalThis as {
    Deno?: typeof Deno;
    process?: { versions?: { node?: string } };
  };
  if (deno !== undefined) return `Deno ${deno.version.deno}`;
  if (process?.versions?.node !== undefined) return `Node.js ${process.versions.node}`;
  return "a browser";
}

/** A module of Node.js' own, which Deno has too; browsers do not, so it is fetched where it is needed. */
export function builtinModule(name: "node:crypto"): typeof import("node:crypto");
export function builtinModule(name: "node:module"): typeof import("node:module");
export function builtinModule(name: "node:os"): typeof import("node:os");
export function builtinModule(name: "node:zlib"): typeof import("node:zlib");
export function builtinModule(name: "node:util"): typeof import("node:util");
export function builtinModule(name: string): unknown {
  return (globalThis as { process?: { getBuiltinModule(name: string): unknown } }).process!.getBuiltinModule(
    name,
  );
}
