// A new member of a family is one new file and its line in the table: flags, help, runs, legends and tests find it.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { type Member, members } from "./members.ts";
import { RepositoryCopy } from "./repository_copy.ts";

const permissions =
  "--no-prompt --allow-read --allow-write --allow-env --allow-sys --allow-ffi --allow-run=deno";

Deno.test("a made-up member of each family is one new file and its line, and is found everywhere", async (t) => {
  const copy = new RepositoryCopy(), out = join(copy.folder, "results");
  const run = async (script: string, args: string) => {
    const ended = await copy.deno(["run", ...permissions.split(" "), script, ...args.split(" ")]);
    assertEquals(ended.code, 0, `${script} ${args}: ${ended.error}`);
    return ended;
  };
  const json = (name: string) => JSON.parse(Deno.readTextFileSync(join(out, "smoke", name, `${name}.json`)));
  try {
    members.forEach((member: Member) => copy.add(member));

    await t.step("types and formatting of the tables hold", async () => {
      const checked = await copy.deno([
        "check",
        "mod.ts",
        "cli.ts",
        "scripts",
        "tests/figures",
        "tests/losses",
      ]);
      assertEquals(checked.code, 0, checked.error);
    });

    await t.step("flags and help name it", async () => {
      const { out: fig1 } = await run("scripts/fig1.ts", "--help"), text = fig1.replaceAll(/\s+/g, " ");
      for (const name of ["septic", "anchored", "stripes", "tiny"]) {
        assertMatch(text, new RegExp(`\\b${name}\\b`));
      }
      assertStringIncludes(text, "--steepness <x> s of septic hardening, 3 if not given");
      assertMatch((await run("scripts/check.ts", "--help")).out, /--steepness[\s\S]*1,5\s+if\s+not\s+given/);
      assertMatch((await run("scripts/figures.ts", "--help")).out, /\bfig99\b/);
      assertMatch((await run("cli.ts", "--help")).out, /fig99\s+How the training loss of SCL falls/);
      assertStringIncludes((await run("cli.ts", "fig99 --help")).out, "--longest");
    });

    const small = `--preset smoke --backend wasm --epochs 1 --out ${out}`;
    await t.step("a run, a legend and a subtitle have it", async () => {
      await run(
        "scripts/fig1.ts",
        `${small} --seeds 1 --dataset stripes --encoder tiny --losses scl,hscl,anchored --hardening septic --steepness 2`,
      );
      const { context, rows } = json("fig1");
      assertEquals([context.dataset, context.encoder, context.negatives], [
        "striped images, 500 training images",
        "tiny net",
        "septic, s = 2",
      ]);
      assertEquals(rows.map(({ loss }: { loss: string }) => loss).sort(), ["anchored", "hscl", "scl"]);
      const page = Deno.readTextFileSync(join(out, "smoke/fig1/fig1.html"));
      assertStringIncludes(page, `"name":"A-SCL"`);
      assertStringIncludes(page, "tiny net");
      const runs = [...Deno.readDirSync(join(out, "runs"))].map(({ name }) =>
        JSON.parse(Deno.readTextFileSync(join(out, "runs", name, "config.json")))
      );
      assertEquals(
        new Set(runs.map(({ dataset, encoder }) => `${dataset.name} ${encoder.name}`)),
        new Set(["stripes tiny"]),
      );
      assertEquals(runs.find(({ loss }) => loss.name === "hscl").loss.hardening, {
        name: "septic",
        parameters: { steepness: 2 },
      });
    });

    await t.step("figures, the one of hardening functions among them, and the gallery draw it", async () => {
      await run(
        "scripts/figures.ts",
        `${small} --seeds 1 --dataset stripes --encoder tiny --only fig5,fig99`,
      );
      assert(json("fig5").rows.some(({ hardening }: { hardening: string }) => hardening === "septic"));
      assertEquals(json("fig99").title, "How the training loss of SCL falls");
      assertStringIncludes(
        Deno.readTextFileSync(join(out, "smoke/index.html")),
        "How the training loss of SCL falls",
      );
    });

    await t.step("the tests of every member run it", async () => {
      const tested = await copy.deno([
        "test",
        "--no-check",
        "--preload=tests/setup.ts",
        ...permissions.split(" "),
        "--filter=/^(septic|anchored|stripes|tiny|every figure)\\b/",
        "tests/hardening/contract_test.ts",
        "tests/losses/presets_test.ts",
        "tests/data/data_sets_test.ts",
        "tests/encoders/networks_test.ts",
        "tests/figures/records_test.ts",
      ]);
      assertEquals(tested.code, 0, tested.out + tested.error);
      for (const name of ["septic", "anchored", "stripes", "tiny", "every figure"]) {
        assertMatch(tested.out, new RegExp(`^(\\S+ => )?${name}\\b.*ok`, "m"));
      }
    });
  } finally {
    copy.remove();
  }
});
