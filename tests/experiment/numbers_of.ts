import { readdirSync } from "node:fs";

/** Files that say how long a training took, and so are no other's. */
const TIMES = ["timing.jsonl", "manifest.json"];

/** Files of a finished run by their paths, as hexadecimal digits: those in which equal trainings are equal. */
export function numbersOf(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = paths.filter((path) => !TIMES.includes(path) && Deno.statSync(`${folder}/${path}`).isFile);
  return Object.fromEntries(files.map((path) => [path, Deno.readFileSync(`${folder}/${path}`).toHex()]));
}
