import { parseArgs } from "node:util";
import type { BooleanFlag, Flag, FlagTable, FlagValues, NumberFlag } from "../../lib/core/flags.ts";
import { fileFault, folderFault } from "./paths.ts";

export type { Flag, FlagTable, FlagValues } from "../../lib/core/flags.ts";

/** A mistake of the person who typed the command: one line, exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
  /** The exit code of the script. */
  readonly exitCode = 2;
}

/** A script as `--help` shows it. */
export interface Script<T extends FlagTable = FlagTable> {
  /** Starts every error line, e.g. `fig1`. */
  name: string;
  /** What the script does, in one or two sentences. */
  summary: string;
  /** How it is started; `deno task <name>` when left out. */
  command?: string;
  /** The flags, in the order of `--help`. */
  flags: T;
  /** What is typed without a flag; nothing may be where this is left out. */
  operands?: Operands;
  /** Whole command lines worth copying. */
  examples?: readonly string[];
}

/** Arguments without a flag, such as files. */
export interface Operands {
  /** As the usage line writes them, e.g. `RUN…`. */
  form: string;
  /** One line of help. */
  help: string;
  /** How many there must be; 0 if left out. */
  least?: number;
}

/** The typed name of a flag: `batchSize` → `--batch-size`. */
export function flagName(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What a flag accepts, in words: `an integer of at least 1`. */
export function describeAllowed(flag: Flag): string {
  if (flag.kind === "choice") return `one of ${flag.allowed.join(", ")}`;
  if (flag.kind === "choices") return `one or more of ${flag.allowed.join(", ")}, joined by commas`;
  if (flag.kind === "directory") return "a folder";
  if (flag.kind === "file") return "a file to write";
  if (flag.kind === "string") return "a text";
  if (flag.kind === "boolean") return "true or false";
  const bounds = flag.min !== undefined && flag.max !== undefined ? `from ${flag.min} to ${flag.max}` : [
    ...(flag.min === undefined ? [] : [`of at least ${flag.min}`]),
    ...(flag.above === undefined ? [] : [`above ${flag.above}`]),
    ...(flag.max === undefined ? [] : [`of at most ${flag.max}`]),
  ].join(" and ");
  const word =
    { integer: "an integer", number: "a number", integers: "integers", numbers: "numbers" }[flag.kind];
  const items = bounds ? `${word} ${bounds}` : word;
  return flag.kind.endsWith("s") ? `${items}, joined by commas` : items;
}

/**
 * Reads command line arguments by a flag table. Nothing is done before every argument is known to be right.
 *
 * Accepts `--flag value` and `--flag=value`, negative numbers in both, and one leading `--`, which `deno task` passes on.
 *
 * @param script the script with its flag table
 * @param args the arguments, as in `Deno.args`
 * @returns one value per flag of the table, with defaults filled in
 * @throws {UsageError} on an unknown, repeated or missing flag, a missing or wrong value, or an operand of a script without
 */
export function parseFlags<const T extends FlagTable>(
  script: Script<T>,
  args: readonly string[],
): FlagValues<T> {
  return parseCommandLine(script, args).values;
}

/** {@linkcode parseFlags}, the keys of the flags that are typed, and the arguments without a flag. */
export function parseCommandLine<const T extends FlagTable>(
  script: Script<T>,
  args: readonly string[],
): { values: FlagValues<T>; typed: ReadonlySet<string>; operands: string[] } {
  const flags = new Map<string, [key: string, flag: Flag]>();
  for (const [key, flag] of Object.entries(script.flags)) flags.set(flagName(key), [key, flag]);
  const tokens = joinNegativeNumbers(args[0] === "--" ? args.slice(1) : args, flags);
  checkNames(tokens, flags);

  const { values: parsed, positionals } = parseArgs({
    args: plainBooleans(tokens, flags),
    options: Object.fromEntries(
      [...flags].map(([name, [, { kind }]]) => [
        name.slice(2),
        { type: kind === "boolean" ? "boolean" : "string" },
      ]),
    ),
    allowPositionals: true,
    allowNegative: true,
  });
  checkOperands(script.operands, positionals);
  const values: Record<string, unknown> = {}, typed = new Set<string>();
  for (const [name, [key, flag]] of flags) {
    const text = parsed[name.slice(2)];
    if (text !== undefined) typed.add(key);
    if (flag.kind === "boolean") values[key] = text ?? flag.default ?? false;
    else if (typeof text === "string") values[key] = readValue(name, flag, text);
    else if (flag.required) throw new UsageError(`${name} is required: expected ${describeAllowed(flag)}`);
    else values[key] = Array.isArray(flag.default) ? [...flag.default] : flag.default;
  }
  // Last, as this looks at the disk.
  for (const [name, [key, flag]] of flags) {
    if (values[key] !== undefined) checkPath(name, flag, values[key] as string);
  }
  return { values: values as FlagValues<T>, typed, operands: positionals };
}

function checkOperands(operands: Operands | undefined, given: readonly string[]): void {
  if (operands === undefined && given.length > 0) {
    throw new UsageError(`takes no positional arguments: received ${JSON.stringify(given[0])}`);
  }
  if (operands !== undefined && given.length < (operands.least ?? 0)) {
    throw new UsageError(`${operands.form} is required: ${operands.help} (--help says more)`);
  }
}

function checkPath(name: string, flag: Flag, path: string): void {
  const fault = flag.kind === "file"
    ? fileFault(path)
    : flag.kind === "directory"
    ? folderFault(path, flag.written === true)
    : undefined;
  if (fault) throw new UsageError(`${name} must be ${describeAllowed(flag)}: received ${fault}`);
}

// parseArgs knows `--flag` and `--no-flag` only.
function plainBooleans(tokens: readonly string[], flags: ReadonlyMap<string, [string, Flag]>): string[] {
  const end = tokens.indexOf("--");
  return tokens.map((token, index) => {
    const [, name, value] = token.match(/^(--[^=]+)=(true|false)$/) ?? [];
    if (name === undefined || flags.get(name)?.[1].kind !== "boolean" || (end >= 0 && index > end)) {
      return token;
    }
    return value === "true" ? name : `--no-${name.slice(2)}`;
  });
}

// parseArgs refuses a value that starts with a dash; `--flag=-1` is never ambiguous.
function joinNegativeNumbers(args: readonly string[], flags: ReadonlyMap<string, unknown>): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (last !== undefined && flags.has(last) && /^-[\d.]/.test(arg)) {
      joined[joined.length - 1] = `${last}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

function checkNames(tokens: readonly string[], flags: ReadonlyMap<string, [string, Flag]>): void {
  const counts = new Map<string, number>();
  const end = tokens.includes("--") ? tokens.indexOf("--") : tokens.length;
  for (const [index, token] of tokens.slice(0, end).entries()) {
    if (!token.startsWith("-") || token === "-") continue;
    const [typed, ...rest] = token.split("=");
    const value = rest.length > 0 ? rest.join("=") : undefined;
    const positive = typed.replace(/^--no-/, "--");
    const negated = !flags.has(typed) && flags.get(positive)?.[1].kind === "boolean";
    const name = negated ? positive : typed;
    const flag = flags.get(name)?.[1];
    if (flag === undefined) throw new UsageError(unknownFlag(typed, [...flags.keys()]));
    const next = tokens[index + 1];
    const hasNone = flag.kind !== "boolean" && value === undefined &&
      (next === undefined || (next.startsWith("-") && next !== "-"));
    if (value === "" || hasNone) throw missingValue(name, flag, value === undefined ? next : undefined);
    if (flag.kind === "boolean" && value !== undefined && (negated || !/^(true|false)$/.test(value))) {
      throw new UsageError(`${typed} takes no value: received ${JSON.stringify(value)}`);
    }
    const count = (counts.get(name) ?? 0) + 1;
    if (count > 1) {
      throw new UsageError(`${name} may be given only once: received ${JSON.stringify(token)} again`);
    }
    counts.set(name, count);
  }
}

function unknownFlag(typed: string, names: readonly string[]): string {
  return `unknown flag ${typed}${didYouMean(typed, names)} (--help lists all flags)`;
}

/** `; did you mean fig1?` with the name that somebody will have meant, if there is one. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const nearest = names
    .map((name) => ({ name, distance: name.startsWith(typed) ? 0 : editDistance(typed, name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const letters = typed.replace(/^-+/, "").length;
  const near = nearest !== undefined && letters > 1 && nearest.distance <= Math.max(1, letters / 3);
  return near ? `; did you mean ${nearest.name}?` : "";
}

/** Levenshtein's distance: how many letters to insert, delete or replace to get from one word to the other. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}

function missingValue(name: string, flag: Flag, next?: string): UsageError {
  const hint = next === undefined
    ? "nothing"
    : `${JSON.stringify(next)} (a value that starts with a dash: ${name}=${next})`;
  return new UsageError(`${name} needs a value: expected ${describeAllowed(flag)}, received ${hint}`);
}

function readValue(name: string, flag: Exclude<Flag, BooleanFlag>, text: string): unknown {
  if (text.trim() === "") throw missingValue(name, flag);
  const fail = (): never => {
    throw new UsageError(`${name} must be ${describeAllowed(flag)}: received ${JSON.stringify(text)}`);
  };
  switch (flag.kind) {
    case "choice":
      return flag.allowed.includes(text) ? text : fail();
    case "choices": {
      const items = text.split(",").map((item) => item.trim());
      const once = new Set(items).size === items.length;
      return once && items.every((item) => flag.allowed.includes(item)) ? items : fail();
    }
    case "string":
    case "file":
    case "directory":
      return text;
    case "integer":
    case "number":
      return readNumber(flag, text) ?? fail();
    case "integers":
    case "numbers":
      return text.split(",").map((item) => readNumber(flag, item.trim()) ?? fail());
  }
}

function readNumber(flag: NumberFlag, text: string): number | undefined {
  // Number("") and Number("0x10") are numbers too, but nobody means them.
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  const whole = flag.kind.startsWith("integer") ? Number.isSafeInteger(value) : Number.isFinite(value);
  const inside = value >= (flag.min ?? -Infinity) && value <= (flag.max ?? Infinity) &&
    value > (flag.above ?? -Infinity);
  return whole && inside ? value : undefined;
}
