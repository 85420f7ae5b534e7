// What a progress display says where stderr is no terminal.
import { assertEquals } from "@std/assert";
import { progressDisplay } from "../../scripts/runs/progress.ts";
import { settingsOf } from "../experiment/write_runs.ts";

/** The lines of a display whose first run fails. */
function linesOf(seeds: readonly number[]): string[] {
  const { error } = console, lines: string[] = [];
  console.error = (line) => void lines.push(line);
  try {
    const runs = seeds.map(settingsOf), display = progressDisplay(runs, 1);
    display.onStart(0, runs[0]);
    display.onEnd(0, runs[0], "out of memory");
    display.close();
    return lines;
  } finally {
    console.error = error;
  }
}

Deno.test("that a run failed is said by the display if there are others, by whoever waits for it if not", () => {
  assertEquals(linesOf([0]), []);
  assertEquals(linesOf([0, 1]).map((line) => line.replace(/, [^,]* left$/, "")), [
    "[1/2] UCL seed 0: failed, out of memory",
  ]);
});
