/** Says what this machine offers: backends and why, versions, cores, memory, browser, how fast each backend trains. */
import { initBackend } from "../mod.ts";
import { backendNames } from "../lib/backend/mod.ts";
import { command } from "./cli/mod.ts";
import { trainingSpeed } from "./doctor/training_speed.ts";
import { findBrowser } from "./render/find_browser.ts";

function browser(): string {
  const without = "figures come without PNG and SVG";
  try {
    return findBrowser() ?? `none found: ${without}`;
  } catch (error) {
    return `none: ${(error as Error).message}; ${without}`;
  }
}

const script = command({
  name: "doctor",
  summary:
    "Says which backend runs here and why not the others, with versions, cores, memory, browser and how fast each trains.",
  flags: {
    backend: { kind: "choice", allowed: backendNames, default: "auto", help: "Backend to start" },
    quick: { kind: "boolean", help: "Leave out how fast backends train, which takes some seconds" },
  },
}, async ({ backend, quick }) => {
  const report = await initBackend({ backend });
  console.log(`backend      ${report.backend}: ${report.detail}`);
  for (const { name, status, detail } of report.candidates) {
    console.log(`  ${name.padEnd(11)}${status}${status === "running" ? "" : `: ${detail}`}`);
  }
  const { total, available } = Deno.systemMemoryInfo();
  const gibibytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  console.log(
    `versions     Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, TensorFlow.js ${report.version}`,
  );
  console.log(`machine      ${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} cores`);
  console.log(`memory       ${gibibytes(available)} of ${gibibytes(total)} GiB available`);
  console.log(`browser      ${browser()}`);
  if (quick) return;
  const speeds: string[] = [];
  for (const { name, status } of report.candidates) {
    if (status === "not available" || (backend !== "auto" && name !== backend)) continue;
    const speed = await trainingSpeed(name);
    if (speed !== undefined) speeds.push(`${name} ${Number(speed.toPrecision(2)).toLocaleString("en")}`);
  }
  console.log(`training     ${speeds.join(", ")} images/s (default network, one process)`);
});

export default script;
if (import.meta.main) await script.run();
