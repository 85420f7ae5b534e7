/**
 * Publishes the package to a JSR on this machine and uses it from an empty project elsewhere: prints what the project's
 * programs and the commands said as JSON. A program of its own, as it needs permissions that the tests do without.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startRegistry } from "./registry.ts";

/** What became of one command. */
export interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/** What {@linkcode import.meta.main} prints. */
export interface JsrReport {
  publish: Said;
  main: Said;
  readme: Said;
  help: Said;
  check: Said;
  fig7: Said & { files: string[] };
}

const root = fileURLToPath(new URL("../../", import.meta.url)),
  projects = join(root, "tests/package/projects");

async function run(args: readonly string[], cwd: string, env: Record<string, string>): Promise<Said> {
  const { code, stdout, stderr } = await new Deno.Command("deno", { args: [...args], cwd, env }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A cache of its own for modules; packages of npm are shared, since they are what they are everywhere. */
async function moduleCache(folder: string): Promise<string> {
  const { stdout } = await new Deno.Command("deno", { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  await Deno.mkdir(npmCache, { recursive: true });
  const cache = join(folder, "cache");
  await Deno.mkdir(cache);
  await Deno.symlink(npmCache, join(cache, "npm"), { type: "dir" });
  return cache;
}

async function use(folder: string, jsr: string): Promise<JsrReport> {
  const env = { JSR_URL: jsr, NO_COLOR: "1" };
  const upload = ["publish", "--token=none", "--no-provenance", "--allow-dirty", "--no-check"];
  const publish = await run(upload, root, env);
  const { version, imports } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  const ours = `jsr:@hscl/hscl@${version}`, project = join(folder, "project");
  await Deno.mkdir(project);
  const rooms = ["augment", "figures", "theory"].map((room) => [`@hscl/hscl/${room}`, `${ours}/${room}`]);
  const config = {
    imports: {
      "@hscl/hscl": ours,
      ...Object.fromEntries(rooms),
      "@tensorflow/tfjs": imports["@tensorflow/tfjs"],
    },
  };
  await Deno.writeTextFile(join(project, "deno.json"), JSON.stringify(config, null, 2));
  for (const name of ["main.ts", "steps.js"]) await Deno.copyFile(join(projects, name), join(project, name));
  const readme = await Deno.readTextFile(join(root, "README.md"));
  const example = readme.match(/```ts\n([\s\S]*?)```/)?.[1] ?? "throw new Error('README.md has no example')";
  await Deno.writeTextFile(join(project, "readme.ts"), example);
  for (const name of ["embeddings.npy", "labels.npy"]) {
    await Deno.copyFile(join(root, "notebooks/example", name), join(project, name));
  }

  const inside = { ...env, DENO_DIR: await moduleCache(folder), HOME: folder };
  const few = ["run", "--quiet", "--no-prompt", "--allow-read", "--allow-env", "--allow-sys"];
  const cli = (...args: string[]) => run(["run", "--quiet", "-A", `${ours}/cli`, ...args], project, inside);
  const files = ["--embeddings=embeddings.npy", "--labels=labels.npy"];
  const fig7 = await cli("fig7", "--preset=smoke", "--backend=wasm", "--out=out");
  const drawn = fig7.code === 0 ? await Array.fromAsync(Deno.readDir(join(project, "out/smoke/fig7"))) : [];
  return {
    publish,
    main: await run([...few, "main.ts"], project, inside),
    readme: await run([...few, "readme.ts"], project, inside),
    help: await cli("--help"),
    check: await cli("check", ...files, "--backend=wasm", "--beta=1", "--out=out"),
    fig7: { ...fig7, files: drawn.map(({ name }) => name).sort() },
  };
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir({ prefix: "hscl outside " }), registry = startRegistry();
  try {
    console.log(JSON.stringify(await use(folder, `${registry.url}/`)));
  } finally {
    await registry.close();
    await Deno.remove(folder, { recursive: true });
  }
}
