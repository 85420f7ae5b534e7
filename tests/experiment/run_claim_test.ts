import { assertEquals } from "@std/assert";
import { claimRun } from "../../lib/experiment/run_claim.ts";

const hash = "0123456789abcdef";

/** Does something while a function of Deno finds that a file with this ending has just been given another name. */
async function whileVanishing(name: "rename" | "remove", ending: string, body: () => Promise<void>) {
  const original = Deno[name] as (path: string, ...others: unknown[]) => Promise<void>;
  Object.assign(Deno, {
    [name]: async (path: string, ...others: unknown[]) => {
      if (path.endsWith(ending)) await Deno.removeSync(path);
      await original(path, ...others);
    },
  });
  try {
    await body();
  } finally {
    Object.assign(Deno, { [name]: original });
  }
}

/** A folder of runs with a training that was left, in which these files are. */
async function leftTraining(files: string[]): Promise<string> {
  const runs = await Deno.makeTempDir(), folder = `${runs}/${hash}.training-1`;
  await Deno.mkdir(folder);
  for (const name of files) await Deno.writeTextFile(`${folder}/${name}`, name);
  const owner = { host: "elsewhere", pid: 1, silence: 300, released: true };
  await Deno.writeTextFile(`${folder}/owner`, JSON.stringify(owner).padEnd(511) + "\n");
  return runs;
}

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("who takes a training over leaves nothing behind, though a file of its former owner vanishes", async () => {
  const runs = await leftTraining(["a.part", "b", "config.json"]);
  await whileVanishing("rename", "a.part", async () => {
    const claim = await claimRun(runs, hash);
    assertEquals(names(runs), [`${hash}.training-2`]);
    assertEquals(names(claim.folder), ["b", "config.json", "owner"]);
    await claim.release();
  });
  await Deno.remove(runs, { recursive: true });
});

Deno.test("who is done with a training leaves nothing behind, though a file vanishes meanwhile", async () => {
  const runs = await leftTraining(["a.part", "b"]);
  await whileVanishing("remove", "a.part", async () => await (await claimRun(runs, hash)).remove());
  assertEquals(names(runs), []);
  await Deno.remove(runs, { recursive: true });
});
