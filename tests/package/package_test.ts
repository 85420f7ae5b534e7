// The package as users get it, in projects outside of this repository.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { initBackend } from "@hscl/hscl";
import type { NpmReport, Numbers, ProjectReport } from "./from_npm.ts";
import type { JsrReport, Said } from "./from_jsr.ts";
import { browser, browserExpected, noBrowser } from "../browser.ts";
import { testsEverything } from "../grids.ts";
import { numbers, trainingSteps } from "./projects/steps.js";

/** What one of the programs beside this file prints. */
async function report<T>(program: string, ...args: string[]): Promise<T> {
  const { success, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "--quiet", "-A", new URL(program, import.meta.url).href, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function assertNear(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((value, i) =>
    assert(Math.abs(value - expected[i]) <= tolerance, `${value}, not ${expected[i]}`)
  );
}

/** Numbers of a project against those of the sources here. */
function assertNumbers({ loss, gradients, population, verdicts }: Numbers, here: Numbers): void {
  assertNear(loss, here.loss, 1e-5);
  assertNear(gradients, here.gradients, 1e-5);
  assertNear(population, here.population, 1e-9);
  assertEquals(verdicts, here.verdicts);
}

async function assertTrained({ backend, losses }: ProjectReport): Promise<void> {
  assertEquals(backend, "wasm");
  await initBackend({ backend: "wasm" });
  assertNear(losses, await trainingSteps(), 0.02);
  assert(losses[19] < losses[0] - 0.5, losses.join(" "));
}

async function numbersHere(): Promise<Numbers> {
  await initBackend({ backend: "cpu" });
  return await numbers();
}

const succeeded = ({ code, stderr }: Said) => assertEquals(code, 0, stderr);

/** Registers a test in `deno task test:all`: each downloads packages and takes a minute. */
function packageTest(name: string, body: () => Promise<void>): void {
  if (testsEverything) Deno.test(name, body);
}

packageTest(
  "imported over http from a registry in Deno: example, training, checks and commands",
  async () => {
    const { publish, main, readme, help, check, fig7 } = await report<JsrReport>("./from_jsr.ts");
    succeeded(publish);
    assert(!/warning/i.test(publish.stderr), publish.stderr);
    succeeded(main);
    const project: ProjectReport & { style: string } = JSON.parse(main.stdout);
    await assertTrained(project);
    assertNumbers(project.numbers.wasm, await numbersHere());
    assertEquals(project.style, "H-UCL");
    succeeded(readme);
    assert(/\d/.test(readme.stdout), "the README's example prints a number");
    succeeded(help);
    assertStringIncludes(help.stdout, "fig8");
    succeeded(check);
    assertStringIncludes(check.stdout, "Theorem 1");
    succeeded(fig7);
    for (const ending of ["html", "json"]) assert(fig7.files.includes(`fig7.${ending}`), fig7.files.join());
  },
);

const why = browserExpected ? "" : ` (without the browser's part: ${noBrowser})`;

packageTest(`the npm tarball in Node.js and in a browser${why}`, async () => {
  const { node, dependencies, browser: page } = await report<NpmReport>(
    "./from_npm.ts",
    ...(browserExpected ? [browser()] : []),
  );
  assert(!dependencies.includes("@tensorflow/tfjs-node"), "its installer downloads TensorFlow");
  const here = await numbersHere();
  await assertTrained(node);
  assertEquals(Object.keys(node.numbers), ["cpu", "wasm"]);
  for (const numbers of Object.values(node.numbers)) assertNumbers(numbers, here);
  for (const thing of ["tensorflow", "cifar10", "checkpoint"]) {
    assert(/needs Deno: received Node\.js \d+/.test(node.errors[thing]), node.errors[thing]);
  }
  assertStringIncludes(node.errors.webgpu, "no WebGPU");
  if (page === undefined) return;
  await assertTrained(page);
  assertNumbers(page.numbers.wasm, here);
  assertStringIncludes(page.errors.checkpoint, "needs Deno: received a browser");
  assertStringIncludes(page.errors.tensorflow, "needs Deno: received a browser");
  assertStringIncludes(page.errors.wrongPath, "/nowhere/tfjs-backend-wasm-simd.wasm answers 404");
  assertStringIncludes(page.errors.wrongPath, "wasmPath");
  // Of the wrong address; nothing else.
  assertEquals(page.consoleErrors.length, 1, page.consoleErrors.join("\n"));
  assertStringIncludes(page.consoleErrors[0], "404");
  assert(page.page > 600_000, "a figure's page carries plotly.js");
});
