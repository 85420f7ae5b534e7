// Trainings in the page, in a real browser: the numbers of the runs that `deno task fig1` trains.
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { initBackend, loadDataset } from "@hscl/hscl";
import { parseRunPlan, type RunSettings, trainingOf } from "@hscl/hscl/experiment";
import { browserExpected, noBrowser } from "../browser.ts";
import { task } from "../process.ts";
import type { TrainingReport } from "./scenarios/training.ts";
import { buildPage, visit } from "./visit.ts";

/** The runs of the second seed that a command plans. */
async function planned(folder: string, command: string): Promise<RunSettings[]> {
  const path = join(folder, "plan.json"), args = command.replace("deno task fig1 ", "").split(" ");
  const { code, error } = await task("fig1", [...args, "--plan", path]);
  assertEquals(code, 0, error);
  const { runs } = parseRunPlan(await Deno.readTextFile(path), path);
  return (runs as RunSettings[]).filter(({ seed }) => seed === 1);
}

const why = browserExpected ? "" : ` (ignored: ${noBrowser})`;

Deno.test(`training in the live page${why}`, {
  ignore: !browserExpected,
  sanitizeResources: false,
}, async () => {
  const folder = await Deno.makeTempDir({ prefix: "hscl site " });
  try {
    await buildPage(folder);
    const { errors, seen, misfits, violations } = await visit<TrainingReport>(folder, "training");
    assertEquals(errors, []);
    assertEquals(violations, []);
    for (const [width, found] of Object.entries(misfits)) {
      assertEquals(found, { scroll: false, wide: [], small: [] }, width);
    }
    assertEquals(seen.before.rows, []);

    const numbers = ({ step }: { step?: string }) => step!.split("/").map(Number);
    for (const [loss, card] of Object.entries(seen.paused.cards)) {
      const [epoch, step] = numbers(card), [nextEpoch, next] = numbers(seen["one step on"].cards[loss]);
      assertEquals([nextEpoch, next], step === 15 ? [epoch + 1, 1] : [epoch, step + 1], `${loss}: one step`);
    }
    assertMatch(seen.paused.words[0]!, /^epoch \d, step \d+ of 15, loss \d\.\d+, \d+ images\/s$/);

    const { rows, cards, maps, points, command } = seen.done;
    assertEquals(Object.keys(cards), ["scl", "hscl"]);
    assertEquals(points, [4, 4], "two losses in two epochs");
    for (const { done, mapped } of Object.values(cards)) assertEquals([done, mapped], ["true", "2"]);
    assertMatch(maps[0]!, /^Map of the embeddings of SCL after epoch 2: 310 test images/);
    const [, typed] = command!.match(/^The same numbers, of seed 1: (.*)$/)!;
    assertEquals(typed, "deno task fig1 --preset smoke --backend wasm --losses scl,hscl");
    const { backend } = await initBackend({ backend: "wasm" });
    const data = await loadDataset("characters", { trainImages: 500, testImages: 500 });
    const settings = await planned(folder, typed), expected: unknown[] = [];
    assertEquals(settings.map(({ loss }) => loss.name), ["scl", "hscl"]);
    for (const each of settings) {
      assertEquals(each.backend, backend);
      const training = await trainingOf(each, data);
      for await (const { metrics: { epoch, classMean, top1, loss } } of training.epochs()) {
        expected.push({ loss: each.loss.name, epoch, classMean, top1, mean: loss });
      }
      training.dispose();
    }
    assertEquals(rows, expected);

    const changed = seen["with another β"];
    assertEquals(changed.rows[0], rows[2], "β changes what comes after");
    assertNotEquals(changed.rows[1].mean, rows[3].mean);
    assertStringIncludes(changed.command!, "no command repeats these numbers");
    assertEquals(seen.stopped.status, "Stopped.");
    assert(seen["without a loss"].failure!.includes("at least one loss"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
