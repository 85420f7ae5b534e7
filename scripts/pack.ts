/**
 * Packs the library for npm, for Node.js and bundlers: what `deno pack` makes of the entry points, without the commands,
 * which need Deno, and without the native backend's package, whose installer downloads TensorFlow.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { interruptible, runScript } from "./cli/mod.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Node.js from which on everything that is packed works. */
const NODE_VERSION = ">=20.19";

async function run(
  command: string,
  args: readonly string[],
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    signal,
    env: { NO_COLOR: "1" },
  }).output().catch((error) => {
    throw new Error(`Cannot pack as ${command} must be installed: received ${error.message}`);
  });
  const said = new TextDecoder().decode(stderr).trim();
  if (!success) throw new Error(`Cannot pack as ${command} ${args[0]} must succeed: received ${said}`);
  return new TextDecoder().decode(stdout);
}

/** Takes the commands out of an unpacked package. */
async function removeCommands(folder: string): Promise<void> {
  await Deno.remove(join(folder, "scripts"), { recursive: true });
  for (const file of ["cli.js", "cli.d.ts"]) await Deno.remove(join(folder, file));
}

/** Names of the packages that the modules in a folder import or could import later. */
async function importedPackages(folder: string): Promise<Set<string>> {
  const packages = new Set<string>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) {
      for (const found of await importedPackages(path)) packages.add(found);
    } else if (name.endsWith(".js")) {
      const code = await Deno.readTextFile(path);
      for (const [, found] of code.matchAll(/(?:from|import\()\s*"((?:@[^/"]+\/)?[^./"][^/"]*)/g)) {
        packages.add(found);
      }
    }
  }
  return packages;
}

/** Completes the manifest by what `deno pack` cannot know. */
async function completeManifest(folder: string): Promise<void> {
  const path = join(folder, "package.json"), manifest = JSON.parse(await Deno.readTextFile(path));
  delete manifest.exports["./cli"];
  const used = await importedPackages(folder);
  const { imports } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const pinned = Object.values<string>(imports).map((to) => to.match(/^npm:\/?(@?[^@]+)@([\d.]+)/) ?? []);
  for (const name of Object.keys(manifest.dependencies)) {
    // Exact versions: kernels reach into the insides of TensorFlow.js.
    if (used.has(name)) manifest.dependencies[name] = pinned.find(([, found]) => found === name)![2];
    else delete manifest.dependencies[name];
  }
  Object.assign(manifest, {
    description:
      "Supervised contrastive learning with hard negative samples: losses, samplers, theory checks, training",
    keywords: ["contrastive learning", "hard negatives", "representation learning", "tensorflow.js"],
    engines: { node: NODE_VERSION },
    sideEffects: false,
    // It reads archives, which needs Deno and its files; bundlers for browsers leave it out.
    browser: { yauzl: false },
  });
  await Deno.writeTextFile(path, JSON.stringify(manifest, null, 2) + "\n");
}

/**
 * Makes the npm tarball.
 *
 * @param out the folder for it, made if it is not there
 * @returns path of the tarball
 */
export async function packForNpm(out: string): Promise<string> {
  await Deno.mkdir(out, { recursive: true });
  const work = await Deno.makeTempDir({ prefix: "hscl-pack-" });
  try {
    return await interruptible("nothing was written", (signal) => packIn(work, out, signal));
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function packIn(work: string, out: string, signal: AbortSignal): Promise<string> {
  const tarball = join(work, "deno.tgz"), folder = join(work, "package");
  await run("deno", ["pack", "--quiet", "--allow-dirty", "--no-source-maps", "-o", tarball], {
    cwd: root,
    signal,
  });
  await run("tar", ["-xzf", tarball], { cwd: work, signal });
  await removeCommands(folder);
  await completeManifest(folder);
  const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";
  const said = await run(npm, ["pack", "--silent", "--ignore-scripts", "--pack-destination", work], {
    cwd: folder,
    signal,
  });
  const name = said.trim().split("\n").at(-1)!, path = join(out, name);
  await writeAtomically(path, await Deno.readFile(join(work, name)));
  return path;
}

if (import.meta.main) {
  await runScript({
    name: "pack",
    summary: "Packs the library into a tarball for npm, Node.js and bundlers. Needs npm.",
    flags: { out: { kind: "directory", written: true, default: ".", help: "Folder for the tarball" } },
    examples: ["deno task pack", "deno task pack --out /tmp"],
  }, async ({ out }) => console.log(await packForNpm(out)));
}
