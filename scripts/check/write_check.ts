import { join } from "node:path";
import { dump } from "npyjs";
import { figures, type TheoryCheck } from "../../mod.ts";
import { figureHtml } from "../../lib/figures/html.ts";
import { writeAtomically } from "../../lib/core/write_atomically.ts";
import { title } from "../../lib/figures/theory/draw.ts";
import type { CheckOutcome } from "./worker.ts";

/** Gaps of every claim: right side minus left, `[hardening functions, embeddings]`. */
function gapsOf({ assumption1, theorem1, theorem2, harris }: TheoryCheck): Record<string, Float64Array[]> {
  return {
    assumption1: assumption1.map(({ gaps }) => gaps),
    theorem1: theorem1.map(({ conclusion }) => conclusion.gaps),
    theorem2_premise: theorem2.map(({ premise }) => premise.gaps),
    theorem2: theorem2.map(({ conclusion }) => conclusion.gaps),
    harris_ucl: harris.map(({ ucl }) => ucl.gaps),
    harris_scl: harris.map(({ scl }) => scl.gaps),
  };
}

/** Typed arrays as arrays, without what has an entry per embedding, which the files of gaps have. */
function forJson(key: string, value: unknown): unknown {
  if (key === "gaps" || key === "holdsAt") return undefined;
  return value instanceof Float64Array ? Array.from(value) : value;
}

/** Makes a folder that was not there, `<name>-1` or the next number that is free; two programs never get the same. */
async function newFolder(parent: string, name: string): Promise<string> {
  await Deno.mkdir(parent, { recursive: true });
  for (let number = 1;; number++) {
    const folder = join(parent, `${name}-${number}`);
    try {
      await Deno.mkdir(folder);
      return folder;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

/**
 * Writes what came of the checks into a new folder: `check.txt`, what is printed; `check.json`, all numbers; `check.html`, the
 * picture; and the gap of every claim at every embedding as NumPy's arrays.
 *
 * @param settings what was checked, and how
 * @returns the files
 */
export async function writeCheck(
  { parent, name, settings, head }: {
    parent: string;
    name: string;
    settings: Record<string, unknown>;
    head: readonly string[];
  },
  { check, sentences, rows, lines }: CheckOutcome,
): Promise<string[]> {
  const html = await figureHtml(figures.theoryFigure(rows), {
    title,
    caption: sentences.map(({ sentence }) => sentence).join(" "),
    description: [...new Set(sentences.map(({ rule }) => rule))].join(" "),
  });
  const { geometry: { classes } } = check;
  const json = JSON.stringify({ ...settings, ...check, classes, sentences, rows }, forJson, 1);
  const arrays = Object.entries(gapsOf(check)).map(([claim, gaps]) => {
    const all = new Float64Array(gaps.length * check.count);
    gaps.forEach((own, h) => all.set(own, h * check.count));
    return [`gaps_${claim}.npy`, new Uint8Array(dump(all, [gaps.length, check.count]))] as const;
  });
  const folder = await newFolder(parent, name), files: string[] = [];
  const all: (readonly [name: string, content: string | Uint8Array])[] = [
    ["check.txt", [...head, "", ...lines, ""].join("\n")],
    ["check.json", json + "\n"],
    ["check.html", html],
    ...arrays,
  ];
  for (const [file, content] of all) {
    await writeAtomically(join(folder, file), content);
    files.push(join(folder, file));
  }
  return files;
}
