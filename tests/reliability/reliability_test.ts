// Nothing that happens to a training costs a run, a byte, or more than what was done since its last state: with real processes.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { isNativeInstalled } from "../../lib/backend/native/locate.ts";
import { ownerState } from "../../lib/experiment/run_owner.ts";
import { trainingFolders } from "../../lib/experiment/training_folders.ts";
import { snapshotsIn } from "../../lib/experiment/run_snapshot.ts";
import { numbersOf } from "../experiment/numbers_of.ts";
import { testsEverything } from "../grids.ts";
import { task, taskArguments } from "../process.ts";
import { campaign } from "./campaign.ts";

/** How many faults on which backend. */
const campaigns = testsEverything ? { cpu: 60, wasm: 20, tensorflow: 20 } : { cpu: 5 };

for (const [backend, faults] of Object.entries(campaigns)) {
  Deno.test({
    name:
      `${faults} faults at random places of trainings on ${backend} lose no run, no byte and no more than an interval`,
    ignore: backend === "tensorflow" && !isNativeInstalled(),
    async fn() {
      const result = await campaign(20_220_900, faults, backend);
      assertEquals([result.lost, result.differing], [[], []]);
      assertEquals(result.stepsLost, 0);
      const count = Object.entries(result.faults).filter(([kind]) => !kind.startsWith("damage"));
      assertEquals(count.reduce((sum, [, often]) => sum + often, 0), faults);
      // Who was not killed has said why it ended.
      for (const message of result.messages) {
        assertMatch(
          message,
          /RunTakenError: Cannot train|Cannot write .* No space left on device \(os error 28\)$/,
        );
      }
    },
  });
}

/** Tests may start deno, and signal nobody but what they started themselves. */
async function send(signal: Deno.Signal, pid: number): Promise<void> {
  const code = `Deno.kill(${pid}, "${signal}")`;
  const { success } = await new Deno.Command("deno", { args: ["eval", code] }).output();
  assert(success, code);
}

const settings =
  "--loss hscl --preset smoke --dataset synthetic --epochs 3 --snapshot-minutes 0.0001 --backend wasm".split(
    " ",
  );

for (const [signal, whom] of [["SIGKILL", "worker"], ["SIGKILL", "parent"], ["SIGINT", "parent"]] as const) {
  Deno.test({
    name:
      `${signal} to the ${whom} of deno task train, and the same command again: the same run, byte by byte`,
    ignore: Deno.build.os === "windows" || (!testsEverything && signal === "SIGKILL" && whom === "parent"),
    async fn() {
      const folder = await Deno.makeTempDir();
      const whole = await task("train", [...settings, "--out", `${folder}/whole`]);
      assertEquals(whole.code, 0, whole.error);
      const [{ name: hash }] = [...Deno.readDirSync(`${folder}/whole/runs`)];

      const out = `${folder}/out`,
        child = new Deno.Command("deno", {
          args: [...await taskArguments("train"), ...settings, "--out", out],
          env: { NO_COLOR: "1" },
          stdout: "null",
          stderr: "piped",
        }).spawn();
      const ended = child.output();
      for (let tries = 0;; tries++) {
        const [work] = await trainingFolders(`${out}/runs`);
        const [last] = work ? await snapshotsIn(work.folder) : [];
        if (last && (last.epoch > 1 || last.step > 5)) {
          const { owner } = await ownerState(work.folder);
          await send(signal, whom === "worker" ? owner!.pid : child.pid);
          break;
        }
        assert(tries < 1200, "no state is kept");
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const said = new TextDecoder().decode((await ended).stderr);
      if (whom === "worker") {
        assertMatch(
          said,
          /train: the run failed: the worker process was killed by SIGKILL \(the same command goes on from there\)$/m,
        );
        assertEquals(said.split("SIGKILL").length, 2, said);
      }
      if (signal === "SIGINT") assertMatch(said, /train: stopped; the same command goes on from there$/m);

      const again = await task("train", [...settings, "--out", out]);
      assertEquals(again.code, 0, again.error);
      assertMatch(again.error, /H-SCL β = 1 seed 0: goes on after epoch [012]/);
      assertEquals([...Deno.readDirSync(`${out}/runs`)].map(({ name }) => name), [hash]);
      assertEquals(numbersOf(`${out}/runs/${hash}`), numbersOf(`${folder}/whole/runs/${hash}`));
      await Deno.remove(folder, { recursive: true });
    },
  });
}
