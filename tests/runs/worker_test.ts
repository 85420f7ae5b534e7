// A worker process that is told to end, by whoever.
import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { loadDataset } from "@hscl/hscl";
import { runHash, type RunSettings } from "@hscl/hscl/experiment";
import { claimRun } from "../../lib/experiment/run_claim.ts";
import { augmentationSettings } from "../../lib/experiment/augmentation.ts";
import { jsonLines, type WorkerMessage } from "../../scripts/runs/protocol.ts";
import { WorkerPool } from "../../scripts/runs/pool.ts";
import { settingsOf } from "../experiment/write_runs.ts";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    // A terminal sends Ctrl-C to a whole group of processes, a scheduler its signals to all of a job.
    name: `a worker that gets ${signal} itself keeps the state of its run, gives it up and ends`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const runsFolder = await Deno.makeTempDir();
      const dataset = { name: "synthetic", options: { trainImages: 4000, testImages: 10 } } as const;
      const data = await loadDataset(dataset.name, dataset.options);
      const settings: RunSettings = {
        ...settingsOf(0),
        dataset: { name: dataset.name, digest: data.digest, ...dataset.options },
        augmentation: augmentationSettings(data),
      };
      const child = new Deno.Command("deno", {
        args: "run -q --no-prompt --allow-read --allow-write --allow-env --allow-sys scripts/runs/worker.ts"
          .split(" ").concat(
            JSON.stringify({ backend: "cpu", datasets: [dataset], runsFolder, snapshotMinutes: 1000 }),
          ),
        cwd: fileURLToPath(new URL("../../", import.meta.url)),
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const requests = child.stdin.getWriter();
      const request = { type: "run", settings, force: false, sums: false };
      await requests.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
      let isSent = false;
      for await (const { type } of jsonLines<WorkerMessage>(child.stdout, () => {})) {
        if (type !== "step" || isSent) continue;
        child.kill(signal);
        isSent = true;
      }
      const { code, signal: killed } = await child.status;
      assertEquals([code, killed], [0, null]);
      await requests.close().catch(() => {});
      const claim = await claimRun(runsFolder, runHash(settings));
      assertEquals(claim.crashed, false);
      const [state, ...more] = Array.from(Deno.readDirSync(`${claim.folder}/snapshots`), ({ name }) => name);
      assertMatch(state, /^1-[1-9]\d*$/);
      assertEquals(more, []);
      await claim.remove();
      await Deno.remove(runsFolder);
    },
  });
}

Deno.test("a worker without images says of every run why, in one line", async () => {
  const runsFolder = await Deno.makeTempDir(), absent = `${runsFolder}/absent`;
  const dataset = { name: "folder", options: { dataDir: absent } } as const;
  const pool = new WorkerPool({ backend: "cpu", datasets: [dataset], runsFolder, snapshotMinutes: 5 });
  const nothing = () => {};
  const failed = await pool.execute([settingsOf(0), settingsOf(1)], 1, {
    onStart: nothing,
    onStep: nothing,
    onEpoch: nothing,
    onResume: nothing,
    onTaken: nothing,
    onTold: nothing,
    onEnd: nothing,
  }).finally(() => pool.stop());
  const why = `Cannot read ${absent} as it must be a folder that can be read: received none`;
  assertEquals(failed.map(({ reason }) => reason), [why, why]);
  await Deno.remove(runsFolder, { recursive: true });
});
