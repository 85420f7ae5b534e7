/** Executes the notebooks in the Deno kernel; writes their outputs, or checks the committed ones. */
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../lib/core/write_atomically.ts";
import { runScript } from "./cli/mod.ts";
import { executed } from "./notebooks/execute.ts";
import { Jupyter } from "./notebooks/jupyter.ts";
import { normalized, notebookText } from "./notebooks/normalize.ts";
import { differences, type Notebook, problems } from "./notebooks/notebook.ts";
import { addPictures } from "./notebooks/pictures.ts";

const folder = fileURLToPath(new URL("../notebooks/", import.meta.url));
const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) =>
  name.endsWith(".ipynb")
).sort();

/** Executes one notebook; returns what is wrong with it. */
async function process(jupyter: Jupyter, name: string, check: boolean): Promise<string[]> {
  const before: Notebook = JSON.parse(await Deno.readTextFile(folder + name));
  const started = performance.now();
  const after = normalized(await executed(jupyter, folder + name));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const wrong = problems(after);
  if (check && wrong.length === 0) wrong.push(...differences(before, after));
  if (!check && wrong.length === 0) {
    const without = await addPictures(after, before);
    if (without > 0) console.log(`${name}: ${without} figures without a picture, as no Chromium was found`);
    await writeAtomically(folder + name, notebookText(after));
  }
  console.log(`${name}  ${seconds} s  ${wrong.length === 0 ? "ok" : "FAILED"}`);
  return wrong.map((line) => `${name}, ${line}`);
}

await runScript({
  name: "notebooks",
  summary:
    "Executes the notebooks with Jupyter in the Deno kernel and writes their outputs. Fails on any cell's error or warning.",
  flags: {
    check: {
      kind: "boolean",
      help: "Writes nothing; also fails if outputs differ in kind or verdict from the ones in the notebooks",
    },
    only: {
      kind: "choices",
      allowed: names.map((name) => name.slice(0, 2)),
      help: "Only the notebooks with these numbers",
    },
  },
  examples: ["deno task notebooks", "deno task notebooks --check", "deno task notebooks --only 01,03"],
}, async ({ check, only }) => {
  const jupyter = await Jupyter.start(
    "nbconvert",
    "pip install nbconvert, or apt-get install jupyter-nbconvert",
  );
  const wrong: string[] = [];
  const chosen = names.filter((name) => !only || only.includes(name.slice(0, 2))).values();
  // A kernel computes on one thread.
  const kernels = Array.from({ length: navigator.hardwareConcurrency }, async () => {
    for (const name of chosen) wrong.push(...await process(jupyter, name, check));
  });
  try {
    const ended = await Promise.allSettled(kernels);
    for (const end of ended) if (end.status === "rejected") throw end.reason;
  } finally {
    await jupyter.stop();
  }
  if (wrong.length > 0) throw new Error(wrong.join("; "));
});
