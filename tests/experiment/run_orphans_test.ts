// Nothing goes on training for nobody: what is started here is killed for real.
import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { loadDataset } from "@hscl/hscl";
import { runHash, type RunSettings } from "@hscl/hscl/experiment";
import { augmentationSettings } from "../../lib/experiment/augmentation.ts";
import { claimRun } from "../../lib/experiment/run_claim.ts";
import { ownerState } from "../../lib/experiment/run_owner.ts";
import { trainingFolders } from "../../lib/experiment/training_folders.ts";
import { settingsOf } from "./write_runs.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const names = (folder: string) => {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
};

/** Waits until something is so; fails after a time in which no training here would end. */
async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !await isSo(); tries++) {
    assert(tries < 600, `${what}: not within a minute`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const endless = "--preset smoke --dataset synthetic --backend wasm --epochs 100000 --jobs 1".split(" ");

for (const [task, hasTask] of [["fig1", true], ["figures", true], ["fig1", false]] as const) {
  Deno.test({
    name: `killing ${hasTask ? `deno task ${task}` : `the script of ${task}`} ends the training`,
    ignore: Deno.build.os === "windows", // nobody says there that a parent has ended
    async fn() {
      const out = await Deno.makeTempDir(), runs = `${out}/runs`;
      const { tasks } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
      const args = hasTask ? ["task", task] : tasks[task].command.split(" ").slice(1);
      const child = new Deno.Command("deno", {
        args: [...args, ...endless, "--out", out],
        cwd: root,
        stdout: "null",
        stderr: "piped",
      }).spawn();
      // Every process of it, but for the workers, holds this open.
      const ended = new Response(child.stderr).text();
      await until("a run starts", () => names(runs).some((name) => name.includes(".training-")));
      child.kill("SIGKILL");
      let isOver = false;
      ended.then(() => isOver = true);
      await until("the scripts end", () => isOver);
      await child.status;
      await until("the worker ends", async () => {
        const [{ folder }] = await trainingFolders(runs);
        return !(await ownerState(folder)).alive;
      });
      await Deno.remove(out, { recursive: true });
    },
  });
}

Deno.test("a worker ends with its parent also in the middle of a computation of minutes", async () => {
  const runsFolder = await Deno.makeTempDir();
  const dataset = { name: "synthetic", options: { trainImages: 4000, testImages: 1 } } as const;
  const data = await loadDataset(dataset.name, dataset.options);
  const head = { hidden: 64, output: 64 };
  const settings: RunSettings = {
    ...settingsOf(0),
    dataset: { name: dataset.name, digest: data.digest, ...dataset.options },
    augmentation: augmentationSettings(data),
    encoder: {
      name: "convnet",
      channels: data.shape.channels,
      widths: [64, 64, 64],
      strides: [1, 1, 1],
      head,
    },
    batchSize: 2000,
  };
  const child = new Deno.Command("deno", {
    args:
      "run -q --no-prompt --allow-read --allow-write --allow-env --allow-sys --allow-ffi scripts/runs/worker.ts"
        .split(" ").concat(
          JSON.stringify({ backend: "cpu", datasets: [dataset], runsFolder, snapshotMinutes: 5 }),
        ),
    cwd: root,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const requests = child.stdin.getWriter();
  const request = { type: "run", settings, force: false, sums: false };
  await requests.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
  const folder = `${runsFolder}/${runHash(settings)}.training-1`;
  await until("the run starts", () => names(`${folder}/history`).includes("0.npy"));
  assertEquals((await ownerState(folder)).owner?.pid, child.pid);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await requests.close();
  let isOver = false;
  const status = child.status.finally(() => isOver = true);
  await until("the worker ends", () => isOver);
  assertEquals((await status).signal, "SIGKILL"); // by itself: it had no time for anything else
  const claim = await claimRun(runsFolder, runHash(settings));
  assert(claim.crashed);
  assertEquals(names(`${claim.folder}/history`), ["0.npy", "labels.npy"]);
  await claim.remove();
  assertEquals(names(runsFolder), []);
  await Deno.remove(runsFolder);
});

Deno.test("a removal that is cut short leaves the owner's file, by which the next process knows that all is left", async () => {
  const runs = await Deno.makeTempDir();
  const exists = (path: string) => Deno.stat(path).then(() => true, () => false);
  try {
    for (let round = 0; round < 2; round++) {
      const { folder, remove } = await claimRun(runs, "0123456789abcdef");
      for (let i = 0; i < 500; i++) await Deno.writeTextFile(`${folder}/${i}`, "");
      let isGone = false;
      const removed = remove().then(() => isGone = true);
      while (!isGone) {
        const isOwned = await exists(`${folder}/owner`);
        assert(isOwned || names(folder).length === 0, "files are left that no process can know to be left");
      }
      await removed;
      assert(!await exists(folder));
    }
  } finally {
    await Deno.remove(runs, { recursive: true });
  }
});
