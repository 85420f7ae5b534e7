import { fileURLToPath } from "node:url";
import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import {
  editDistance,
  exitCodeOf,
  type FlagValues,
  helpText,
  parseCommandLine,
  parseFlags,
  type Script,
  UsageError,
} from "../../scripts/cli/mod.ts";

const flags = {
  dataset: { kind: "choice", allowed: ["mnist", "cifar10"], default: "mnist", help: "Data set" },
  losses: { kind: "choices", allowed: ["ucl", "scl", "hscl"], default: ["ucl", "hscl"], help: "Losses" },
  epochs: { kind: "integer", min: 1, max: 1000, default: 20, help: "Passes over the training images" },
  batchSize: { kind: "integer", min: 2, default: 256, valueName: "images", help: "Images per batch" },
  beta: { kind: "number", default: 1, help: "Strength of the hardening" },
  temperature: { kind: "number", above: 0, default: 0.5, help: "Temperature of the loss" },
  seeds: { kind: "integers", min: 0, default: [0, 1], help: "Seeds, one run each" },
  label: { kind: "string", help: "Text for the title" },
  out: { kind: "directory", written: true, default: "results", help: "Where the files go" },
  json: { kind: "file", help: "Where the numbers go" },
  render: { kind: "boolean", default: true, help: "Writes no PNG and SVG" },
  force: { kind: "boolean", help: "Trains again" },
} as const;
const script: Script<typeof flags> = { name: "fig1", summary: "Draws.", flags, examples: ["deno task fig1"] };
const parse = (...args: string[]): FlagValues<typeof flags> => parseFlags(script, args);

Deno.test("without arguments every flag has its default", () => {
  assertEquals(parse(), {
    dataset: "mnist",
    losses: ["ucl", "hscl"],
    epochs: 20,
    batchSize: 256,
    beta: 1,
    temperature: 0.5,
    seeds: [0, 1],
    label: undefined,
    out: "results",
    json: undefined,
    render: true,
    force: false,
  });
});

Deno.test("values: both spellings, negative numbers, lists, switches and a leading double dash", () => {
  assertStrictEquals(parse("--batch-size", "64").batchSize, 64);
  assertStrictEquals(parse("--batch-size=64").batchSize, 64);
  assertStrictEquals(parse("--", "--epochs", "3").epochs, 3);
  assertStrictEquals(parse("--beta", "-1.5").beta, -1.5);
  assertStrictEquals(parse("--beta=-.5e1").beta, -5);
  assertEquals(parse("--seeds", "3,1").seeds, [3, 1]);
  assertEquals(parse("--losses=scl,ucl").losses, ["scl", "ucl"]);
  assertEquals(parse("--label", "7").label, "7");
  assertEquals(parse("--label=a=b c").label, "a=b c");
  assertEquals(parse("--no-render", "--force").render, false);
  assertEquals(parse("--no-render", "--force").force, true);
  assertEquals(parse("--force=false").force, false);
  assertEquals(parse("--force=true", "--render=false"), { ...parse("--force"), render: false });
  // The words of switches are texts like any other elsewhere.
  assertEquals(parse("--label=true", "--out=false").label, "true");
  assertEquals(parse("--label=true", "--out=false").out, "false");
});

const mistakes: [name: string, args: string[], line: string][] = [
  [
    "a switch's word as a number",
    ["--epochs=true"],
    '--epochs must be an integer from 1 to 1000: received "true"',
  ],
  [
    "a switch's word after --",
    ["--force", "--", "--label=false"],
    'takes no positional arguments: received "--label=false"',
  ],
  [
    "a value with a dash",
    ["--label", "-x"],
    '--label needs a value: expected a text, received "-x" (a value that starts with a dash: --label=-x)',
  ],
  ["unknown", ["--epoch", "3"], "unknown flag --epoch; did you mean --epochs? (--help lists all flags)"],
  ["swapped letters", ["--bacth-size=3"], "unknown flag --bacth-size; did you mean --batch-size?"],
  ["nothing near", ["--colour"], "unknown flag --colour (--help"],
  ["short", ["-e", "3"], "unknown flag -e (--help"],
  ["inherited names", ["--constructor", "--__proto__=1"], "unknown flag --constructor (--help"],
  ["negated value flag", ["--no-epochs"], "unknown flag --no-epochs"],
  [
    "no value at the end",
    ["--epochs"],
    "--epochs needs a value: expected an integer from 1 to 1000",
  ],
  ["no value before a flag", ["--epochs", "--force"], "--epochs needs a value"],
  ["empty after =", ["--epochs="], "--epochs needs a value"],
  ["blank", ["--out", " "], "--out needs a value: expected a folder, received nothing"],
  ["not a number", ["--epochs", "ten"], 'must be an integer from 1 to 1000: received "ten"'],
  ["not an integer", ["--epochs", "2.5"], 'received "2.5"'],
  ["hexadecimal", ["--epochs", "0x10"], 'received "0x10"'],
  ["too small", ["--epochs", "0"], '--epochs must be an integer from 1 to 1000: received "0"'],
  ["too large", ["--epochs", "1001"], 'received "1001"'],
  ["not above", ["--temperature=0"], '--temperature must be a number above 0: received "0"'],
  ["infinite", ["--beta", "1e999"], '--beta must be a number: received "1e999"'],
  ["choice", ["--dataset", "imagenet"], '--dataset must be one of mnist, cifar10: received "imagenet"'],
  [
    "choices",
    ["--losses", "ucl,x"],
    '--losses must be one or more of ucl, scl, hscl, joined by commas: received "',
  ],
  ["choices twice", ["--losses", "ucl,ucl"], 'received "ucl,ucl"'],
  [
    "list with a hole",
    ["--seeds", "1,,2"],
    '--seeds must be integers of at least 0, joined by commas: received "1,,2"',
  ],
  ["list out of range", ["--seeds=1,-2"], 'received "1,-2"'],
  [
    "repeated",
    ["--epochs", "1", "--epochs=2"],
    '--epochs may be given only once: received "--epochs=2" again',
  ],
  ["repeated switch", ["--force", "--force"], "--force may be given only once"],
  ["switch on and off", ["--render", "--no-render"], "--render may be given only once"],
  ["switch with a value", ["--force=maybe"], '--force takes no value: received "maybe"'],
  ["negation with a value", ["--no-render=true"], '--no-render takes no value: received "true"'],
  ["positional", ["mnist"], 'takes no positional arguments: received "mnist"'],
  ["positional after a switch", ["--force", "3"], 'takes no positional arguments: received "3"'],
  [
    "positional after --",
    ["--force", "--", "--epochs"],
    'takes no positional arguments: received "--epochs"',
  ],
  ["file as folder", ["--out", "deno.json"], '--out must be a folder: received the file "deno.json"'],
  ["folder in a file", ["--out", "deno.json/a/b"], "--out must be a folder: received the file "],
  ["folder as file", ["--json", "lib"], '--json must be a file to write: received the folder "lib"'],
  ["file in no folder", ["--json", "no/a.json"], 'a file to write: received "no/a.json" in no folder'],
  ["file in a file", ["--json", "deno.json/a"], 'a file to write: received "deno.json/a" in no folder'],
  ["no file", ["--json="], "--json needs a value: expected a file to write, received nothing"],
];
if (Deno.build.os !== "windows") {
  mistakes.push(
    [
      "device as folder",
      ["--out", "/dev/null"],
      '--out must be a folder: received the device or socket "/dev/null"',
    ],
    // Whether /dev can be read decides which of the two is named.
    ["folder in a device", ["--out=/dev/null/a"], '"/dev/null'],
    ["device as file", ["--json", "/dev/null"], 'received the device or socket "/dev/null"'],
    ["folder without files", ["--out", "/proc/a"], 'received "/proc/a", where none can be ('],
    ["folder without the file", ["--json", "/proc/a"], 'received "/proc/a", where none can be ('],
  );
}

for (const [name, args, line] of mistakes) {
  Deno.test(`mistake, ${name}: ${args.join(" ")}`, () => {
    const { message } = assertThrows(() => parse(...args), UsageError, line);
    assertEquals(message.includes("\n"), false);
  });
}

Deno.test("a path that is to be written is tried, and nothing is left of that", async () => {
  const folder = await Deno.makeTempDir(), there = `${folder}/a.json`, absent = `${folder}/b.json`;
  await Deno.writeTextFile(there, "kept");
  for (const json of [there, absent]) assertEquals(parse("--json", json).json, json);
  for (const out of [folder, `${folder}/new/folder`]) assertEquals(parse("--out", out).out, out);
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["a.json"]);
  assertEquals(await Deno.readTextFile(there), "kept");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("operands: as many as must be there, in their order among flags, named by usage and help", () => {
  const table = {
    name: "x",
    summary: "S.",
    flags: { on: { kind: "string", help: "O" }, all: { kind: "boolean", help: "A" } },
    operands: { form: "RUN…", help: "Folders of runs", least: 1 },
  } as const;
  const { values, operands } = parseCommandLine(table, ["a", "--on", "b", "c", "--all", "d"]);
  assertEquals([operands, values], [["a", "c", "d"], { on: "b", all: true }]);
  assertThrows(
    () => parseCommandLine(table, ["--all"]),
    UsageError,
    "RUN… is required: Folders of runs (--help says more)",
  );
  assertThrows(() => parseCommandLine(table, ["--al"]), UsageError, "unknown flag --al; did you mean --all?");
  assertMatch(
    helpText(table),
    /^Usage: deno task x \[flags\] RUN…\n\nArguments:\n {2}RUN… +Folders of runs$/m,
  );
});

Deno.test("a required flag must be there", () => {
  const table = {
    name: "x",
    summary: "",
    flags: { run: { kind: "directory", required: true, help: "" } },
  } as const;
  assertThrows(() => parseFlags(table, []), UsageError, "--run is required: expected a folder");
  const { run } = parseFlags(table, ["--run", "a"]);
  assertEquals(run satisfies string, "a");
});

Deno.test("editDistance counts single letters", () => {
  assertEquals([editDistance("", "abc"), editDistance("abc", "abc"), editDistance("kitten", "sitting")], [
    3,
    0,
    3,
  ]);
});

Deno.test("helpText is aligned, complete and at most 100 wide", () => {
  const lines = helpText(script).split("\n");
  assertEquals(lines.slice(0, 6), [
    "Draws.",
    "",
    "Usage: deno task fig1 [flags]",
    "",
    "Flags:",
    "  --dataset <name>        Data set (one of mnist, cifar10; default mnist)",
  ]);
  const text = lines.join("\n");
  for (
    const part of ["--batch-size <images>", "--no-render ", "--help, -h", "default ucl,hscl", "Examples:"]
  ) {
    assertEquals(text.includes(part), true, part);
  }
  assertEquals(lines.filter((line) => line.length > 100), []);
});

async function run(args: string[], main: () => void | Promise<void> = () => {}) {
  const out: string[] = [], error: string[] = [];
  const output = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void error.push(line),
  };
  return { code: await exitCodeOf(script, main, args, output), out, error };
}

class DataError extends Error {
  override name = "DataError";
}

Deno.test("exit codes: help, success, the user's mistake, any other error", async () => {
  assertEquals(await run([]), { code: 0, out: [], error: [] });
  for (const args of [["--help"], ["-h"], ["--", "--help"], ["--epochs", "--help"]]) {
    assertEquals(await run(args, () => Promise.reject(new Error("must not run"))), {
      code: 0,
      out: [helpText(script)],
      error: [],
    });
  }
  assertEquals(await run(["mnist"]), {
    code: 2,
    out: [],
    error: ['fig1: takes no positional arguments: received "mnist"'],
  });
  const data = await run([], () => Promise.reject(new DataError("Cannot read\n  the archive")));
  assertEquals(data, { code: 2, out: [], error: ["fig1: Cannot read the archive"] });
  const other = await run([], () => {
    throw new RangeError("broken");
  });
  assertEquals([other.code, other.error[0]], [1, "fig1: broken"]);
});

Deno.test("HSCL_DEBUG adds the stack of an unexpected error", async () => {
  const before = Deno.env.get("HSCL_DEBUG");
  try {
    const fail = () => {
      throw new RangeError("broken");
    };
    Deno.env.delete("HSCL_DEBUG");
    assertEquals((await run([], fail)).error.length, 1);
    Deno.env.set("HSCL_DEBUG", "1");
    assertEquals((await run([], fail)).error.length, 2);
    assertEquals((await run(["mnist"], fail)).error.length, 1);
  } finally {
    if (before === undefined) Deno.env.delete("HSCL_DEBUG");
    else Deno.env.set("HSCL_DEBUG", before);
  }
});

Deno.test("a real process: stdout, stderr and exit code", async () => {
  const runScript = new URL("../../scripts/cli/mod.ts", import.meta.url).href;
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${dir}/x.ts`,
      `import { runScript } from ${JSON.stringify(runScript)};
       await runScript({ name: "x", summary: "S.", flags: { n: { kind: "integer", required: true, help: "N" } } },
         ({ n }) => { console.log(n + 1); if (n > 5) throw new Error("too much"); });`,
    );
    const config = new URL("../../deno.json", import.meta.url);
    const start = async (...args: string[]) => {
      const command = new Deno.Command("deno", {
        args: ["run", "-q", "--no-prompt", "--config", config.pathname, `${dir}/x.ts`, ...args],
        env: { NO_COLOR: "1" },
      });
      const { code, stdout, stderr } = await command.output();
      return [code, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)];
    };
    assertEquals(await start("--n", "1"), [0, "2\n", ""]);
    assertEquals(await start("--m", "1"), [2, "", "x: unknown flag --m (--help lists all flags)\n"]);
    assertEquals(await start("--n", "6"), [1, "7\n", "x: too much\n"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test({
  name: "a real process: stdout that takes nothing is named, a full stderr changes no exit code",
  ignore: Deno.build.os !== "linux", // elsewhere there is no /dev/full
  async fn() {
    const runScript = new URL("../../scripts/cli/mod.ts", import.meta.url).href;
    const dir = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(
        `${dir}/x.ts`,
        `import { runScript, UsageError } from ${JSON.stringify(runScript)};
         await runScript({ name: "x", summary: "S.", flags: {} },
           () => { console.log("a line"); throw new UsageError("wrong"); });`,
      );
      const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
      const start = async (redirection: string, ...args: string[]) => {
        // deno task is the one shell that tests may start.
        const line = `deno run -q --no-prompt --config "${config}" "${dir}/x.ts" ${
          args.join(" ")
        } ${redirection}`;
        const { code, stderr } = await new Deno.Command("deno", {
          args: ["task", "--quiet", "--eval", line],
          env: { NO_COLOR: "1" },
        }).output();
        return [code, new TextDecoder().decode(stderr)];
      };
      const refused = "x: stdout cannot be written: No space left on device (os error 28)\n";
      assertEquals(await start("> /dev/full"), [1, refused]);
      assertEquals(await start("> /dev/full", "--help"), [1, refused]);
      assertEquals(await start("2> /dev/full"), [2, ""]);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});
