// Command lines of every command: right flags give their values, and anything wrong is one line, before any work.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import type { Random } from "../../lib/core/random.ts";
import { type Command, type Flag, flagName, parseFlags, UsageError } from "../../scripts/cli/mod.ts";
import { fuzz, pick, randomBytes } from "./fuzz.ts";

const figures = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `fig${number}`);
const commands: Command[] = await Promise.all(
  [...figures, "figures", "gallery", "doctor", "check"].map(async (name) =>
    (await import(`../../scripts/${name}.ts`)).default
  ),
);

const work = await Deno.makeTempDir(), file = join(work, "file");
await Deno.writeTextFile(file, "");
globalThis.addEventListener("unload", () => Deno.removeSync(work, { recursive: true }));

/** A text for a flag, and the value that it means; none if it means nothing. */
interface Written {
  text: string;
  value?: unknown;
}

const noNumbers = [
  "",
  " ",
  "ten",
  "0x10",
  "1_000",
  "1e999",
  "-1e999",
  "NaN",
  "Infinity",
  "1,5",
  "1 2",
  "--1",
  "٣",
  "1e",
  ".",
];
const noWords = [
  "",
  " ",
  "none",
  "Auto",
  "auto ",
  "__proto__",
  "constructor",
  "ucl;scl",
  "*",
  "\0",
  "é",
  "-1",
  "💥",
];

function rightNumber(flag: Flag & { min?: number; max?: number; above?: number }, random: Random): number {
  const least = flag.min ?? (flag.above === undefined ? -1000 : flag.above + 1e-6),
    most = Math.min(flag.max ?? 1e6, 1e6);
  const number = random.uniform(least, most);
  return flag.kind.startsWith("integer") ? Math.min(Math.ceil(number), most) : number;
}

function wrongNumber(flag: Flag & { min?: number; max?: number; above?: number }, random: Random): string {
  const outside = [
    ...(flag.min === undefined ? [] : [`${flag.min - 1}`, `${flag.min - 1e-9}`]),
    ...(flag.max === undefined ? [] : [`${flag.max + 1}`]),
    ...(flag.above === undefined ? [] : [`${flag.above}`, `${flag.above - 1}`]),
    ...(flag.kind.startsWith("integer") ? ["1.5", "1e-3", "9007199254740993"] : []),
  ];
  return pick(
    [...outside, ...noNumbers.filter((text) => !flag.kind.endsWith("s") || text !== "1,5")],
    random,
  );
}

function written(flag: Flag, right: boolean, random: Random): Written {
  switch (flag.kind) {
    case "integer":
    case "number": {
      if (!right) return { text: wrongNumber(flag, random) };
      const value = rightNumber(flag, random);
      return {
        text: pick([`${value}`, value.toExponential(), ...(value >= 0 ? [`+${value}`] : [])], random),
        value,
      };
    }
    case "integers":
    case "numbers": {
      const values = Array.from({ length: 1 + random.integer(3) }, () => rightNumber(flag, random));
      if (right) return { text: values.join(pick([",", ", "], random)), value: values };
      const texts: string[] = values.map(String);
      texts.splice(random.integer(texts.length + 1), 0, wrongNumber(flag, random));
      return { text: texts.join(",") };
    }
    case "choice":
      return right
        ? ((value) => ({ text: value, value }))(pick(flag.allowed, random))
        : { text: pick(noWords.filter((word) => !flag.allowed.includes(word)), random) };
    case "choices": {
      const order = random.permutation(flag.allowed.length).slice(0, 1 + random.integer(flag.allowed.length));
      const value = Array.from(order, (index) => flag.allowed[index]);
      return right
        ? { text: value.join(","), value }
        : { text: [...value, pick([value[0], ...noWords], random)].join(",") };
    }
    case "directory": {
      const value = pick([work, join(work, "new", "folder")], random);
      return right
        ? { text: value, value }
        : { text: pick(["", " ", file, join(file, "a"), "/dev/null"], random) };
    }
    case "file": {
      const value = pick([file, join(work, "new")], random);
      return right
        ? { text: value, value }
        : { text: pick(["", " ", work, join(work, "a", "b"), "/dev/null"], random) };
    }
    case "string": {
      const value = pick(["a", "a=b", "--", "-1", "0", "true", "x y", "é💥", "a\nb", "%00"], random);
      return right ? { text: value, value } : { text: pick(["", " "], random) };
    }
    case "boolean": {
      const value = random.chance(0.5);
      return right ? { text: `${value}`, value } : { text: pick(["", "yes", "1", "TRUE"], random) };
    }
  }
}

interface Line {
  command: Command;
  args: string[];
  /** What must come out, or nothing if the line is wrong. */
  values?: Record<string, unknown>;
}

function makeLine(random: Random): Line {
  const command = pick(commands, random), flags = Object.entries(command.script.flags);
  const chosen = Array.from(random.permutation(flags.length), (index) => flags[index])
    .filter(([, flag]) => flag.required || random.chance(0.3));
  const values: Record<string, unknown> = {}, args: string[] = [];
  for (const [key, flag] of flags) {
    values[key] = flag.default ?? (flag.kind === "boolean" ? false : undefined);
  }
  let right = true;
  const wrongOne = random.chance(0.5) ? random.integer(chosen.length + 4) : -1;
  chosen.forEach(([key, flag], index) => {
    const { text, value } = written(flag, index !== wrongOne, random), name = flagName(key);
    if (index === wrongOne) right = false;
    values[key] = value;
    if (flag.kind === "boolean") {
      if (value === undefined || random.chance(0.3)) args.push(`${name}=${text}`);
      else args.push(value ? name : `--no-${name.slice(2)}`);
    } else if (random.chance(0.5) || (text.startsWith("-") && !/^-[\d.]/.test(text))) {
      args.push(`${name}=${text}`);
    } else args.push(name, text);
  });
  if (wrongOne >= chosen.length) {
    right = false;
    const wrong = pick([
      ["--bogus"],
      ["--bogus=1"],
      ["-x"],
      ["positional"],
      ["--"],
      [`--no-${"x".repeat(20)}`],
      ["--__proto__=1"],
      ["\u202e--out"],
      [`--${String.fromCharCode(...randomBytes(5, random))}!`],
      ...(chosen.length > 0 ? [[flagName(chosen[0][0])], [`${flagName(chosen[0][0])}=1`]] : []),
    ], random);
    // What follows a second `--` is no flag; a lone one at the end is nothing at all.
    args.splice(wrong[0] === "--" ? args.length : random.integer(args.length + 1), 0, ...wrong);
    if (wrong[0] === "--") args.push("--more");
  }
  const missing = flags.filter(([, flag]) => flag.required && random.chance(0.05)).map(([key]) => key);
  if (missing.length > 0) {
    right = false;
    const name = flagName(missing[0]),
      at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
    if (at >= 0) args.splice(at, args[at] === name ? 2 : 1);
  }
  if (random.chance(0.2)) args.unshift("--");
  return { command, args, ...(right ? { values } : {}) };
}

fuzz(
  "command lines give the values that were written, or one line before any work",
  4,
  6000,
  makeLine,
  async (line) => {
    const { command, args, values } = line, shown = JSON.stringify([command.script.name, ...args]);
    if (values !== undefined) {
      assertEquals(parseFlags(command.script, args) as Record<string, unknown>, values, shown);
      return;
    }
    try {
      parseFlags(command.script, args);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const errors: string[] = [], out: string[] = [];
      const code = await command.exitCode(args, {
        out: (text) => out.push(text),
        error: (text) => errors.push(text),
      });
      assertEquals([code, out, errors.length], [2, [], 1], shown);
      assertMatch(errors[0], new RegExp(`^${command.script.name}: [^\\n]+$`), shown);
      return;
    }
    assert(false, `accepted ${shown}`);
  },
);
