/**
 * Packs the package for npm and uses it from an empty project elsewhere: in Node.js and, bundled, in a browser. Prints
 * what the project's programs reported as JSON. A program of its own, as it needs permissions that the tests do without.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packForNpm } from "../../scripts/pack.ts";
import { launch } from "../../scripts/render/launch.ts";

/** Points and losses of projects/steps.js. */
export interface Numbers {
  loss: number[];
  gradients: number[];
  population: number[];
  verdicts: string[];
}

/** What a project reports. */
export interface ProjectReport {
  backend: string;
  losses: number[];
  numbers: Record<string, Numbers>;
  errors: Record<string, string>;
}

/** What {@linkcode import.meta.main} prints; the browser's part only if one is given. */
export interface NpmReport {
  node: ProjectReport;
  /** Names in the manifest's dependencies. */
  dependencies: string[];
  browser?: ProjectReport & { consoleErrors: string[]; page: number };
}

const ESBUILD = "esbuild@0.28.2";
const projects = fileURLToPath(new URL("./projects/", import.meta.url));
const windows = Deno.build.os === "windows";

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args], cwd }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${command} ${args[0]} failed: ${text(stdout)}${text(stderr)}`);
  return text(stdout);
}

/** An empty project with the tarball, and a bundler if `bundles`. */
async function makeProject(folder: string, bundles: boolean): Promise<string> {
  const project = join(folder, "project");
  await Deno.mkdir(project);
  await Deno.writeTextFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  for (const name of ["main.mjs", "browser.mjs", "steps.js"]) {
    await Deno.copyFile(join(projects, name), join(project, name));
  }
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const tfjs = imports["@tensorflow/tfjs"].replace(/^npm:/, "");
  const quiet = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  const packages = [await packForNpm(folder), tfjs, ...(bundles ? [ESBUILD] : [])];
  await run(windows ? "npm.cmd" : "npm", ["install", ...quiet, ...packages], project);
  return project;
}

/** Bundles the project's page, serves it and reads its report in a browser. */
async function inBrowser(project: string, executablePath: string): Promise<NpmReport["browser"]> {
  const bundle = join(project, "bundle"), bin = join(project, "node_modules/.bin/esbuild");
  const options = ["--bundle", "--splitting", "--format=esm", "--platform=browser", "--log-level=warning"];
  await run(windows ? `${bin}.cmd` : bin, ["browser.mjs", ...options, `--outdir=${bundle}`], project);
  const wasm = join(project, "node_modules/@tensorflow/tfjs-backend-wasm/dist");
  const page =
    '<!DOCTYPE html><link rel="icon" href="data:,"><script type="module" src="/browser.js"></script>';
  const types: Record<string, string> = { js: "text/javascript", wasm: "application/wasm" };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return new Response(page, { headers: { "content-type": "text/html" } });
    const [, folder, name] = pathname.match(/^\/(wasm\/)?([\w.-]+)$/) ?? [];
    try {
      const content = await Deno.readFile(join(folder ? wasm : bundle, name));
      return new Response(content, { headers: { "content-type": types[name.split(".").at(-1)!] } });
    } catch {
      return new Response("not found", { status: 404 });
    }
  });
  const browser = await launch(executablePath);
  try {
    const tab = await browser.newPage(), consoleErrors: string[] = [];
    tab.on("console", (message) => {
      if (message.type() === "error") consoleErrors.push(message.text());
    });
    tab.on("pageerror", (error) => consoleErrors.push(String((error as Error).message)));
    await tab.goto(`http://127.0.0.1:${(server.addr as Deno.NetAddr).port}/`);
    await tab.waitForFunction("globalThis.report !== undefined", { timeout: 120_000 }).catch((error) => {
      throw new Error(`the page reported nothing: ${error.message}; ${consoleErrors.join("; ")}`);
    });
    return {
      ...(await tab.evaluate("globalThis.report") as ProjectReport & { page: number }),
      consoleErrors,
    };
  } finally {
    await browser.close();
    await server.shutdown();
  }
}

if (import.meta.main) {
  const [executablePath] = Deno.args, folder = await Deno.makeTempDir({ prefix: "hscl outside " });
  try {
    const project = await makeProject(folder, executablePath !== undefined);
    const manifest = await Deno.readTextFile(join(project, "node_modules/@hscl/hscl/package.json"));
    const report: NpmReport = {
      node: JSON.parse(await run("node", ["main.mjs"], project)),
      dependencies: Object.keys(JSON.parse(manifest).dependencies),
      ...(executablePath === undefined ? {} : { browser: await inBrowser(project, executablePath) }),
    };
    console.log(JSON.stringify(report));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
