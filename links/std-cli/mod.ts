/**
 * `parseArgs` of `jsr:@std/cli`, with the same name, options and outcomes, on top of minimist, for networks without
 * JSR. Without the `links` entry in deno.json the scripts run on the original.
 *
 * @module
 */
import minimist from "minimist";

type Names<T extends string> = T | readonly T[];

/** The options of {@linkcode parseArgs}. */
export interface ParseOptions<
  B extends string = string,
  S extends string = string,
  C extends string = string,
> {
  /** `true` puts what follows `--` into the result's `"--"` instead of `_`. */
  "--"?: boolean;
  /** Other names of an argument. */
  alias?: Record<string, string | readonly string[]>;
  /** Arguments without a value, `false` when absent; `true` means all double-dashed ones. */
  boolean?: boolean | Names<B>;
  /** Values of absent arguments. */
  default?: Record<string, unknown>;
  /** `true` puts everything after the first positional argument into `_`. */
  stopEarly?: boolean;
  /** Arguments whose value is never turned into a number. */
  string?: Names<S>;
  /** Arguments that may come several times; their values become an array. Otherwise the last one counts. */
  collect?: Names<C>;
  /** Arguments that `--no-<name>` sets to `false`. */
  negatable?: Names<string>;
  /** Called for each argument that the options do not name; `false` leaves it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What {@linkcode parseArgs} returns: the named arguments, and in `_` the positional ones. */
export type Args<B extends string = never, S extends string = never, C extends string = never> =
  & { [K in Exclude<B, C>]: boolean }
  & { [K in Exclude<S, C>]?: string }
  & { [K in Extract<C, S>]: string[] }
  & { [K in Exclude<C, S>]?: unknown[] }
  & { _: (string | number)[]; "--"?: string[]; [name: string]: unknown };

// Hides the "no-" of a `--no-name` that is not negatable from minimist, which would read it as `name: false`.
const LITERAL_NO = "\u{F0000}no-";
const hideNo = (name: string) => name.replace(/^no-/, LITERAL_NO);
const showNo = (name: string) => name.replace(LITERAL_NO, "no-");

/**
 * Turns command line arguments into a record.
 *
 * @param args the arguments, as in `Deno.args`
 * @param options which arguments there are and how each is read
 * @throws {TypeError} if a boolean argument is to be collected, which this version cannot do
 */
export function parseArgs<B extends string = never, S extends string = never, C extends string = never>(
  args: string[],
  options: ParseOptions<B, S, C> = {},
): Args<B, S, C> {
  const { alias = {}, default: defaults = {}, unknown } = options;
  const list = (names: boolean | Names<string> | undefined) =>
    typeof names === "boolean" ? [] : [names ?? []].flat().filter(Boolean) as string[];
  const aliasGroup = (name: string) => {
    const group = Object.entries(alias).map(([key, others]) => [key, ...[others].flat()]);
    return group.find((names) => names.includes(name)) ?? [name];
  };
  const withAliases = (names: boolean | Names<string> | undefined) =>
    new Set(list(names).flatMap((name) => [name, ...aliasGroup(name)]));

  const booleans = withAliases(options.boolean), strings = withAliases(options.string);
  const collected = withAliases(options.collect), negatable = withAliases(options.negatable);
  for (const name of collected) {
    if (booleans.has(name)) {
      throw new TypeError(`Cannot collect an argument as it is boolean: received "${name}"`);
    }
  }

  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const visible = args.map((arg, index) =>
    index < end && /^--no-./.test(arg) && !negatable.has(arg.slice(5)) ? `--${hideNo(arg.slice(2))}` : arg
  );
  const parsed: Record<string, unknown> & { _: (string | number)[] } = minimist(visible, {
    "--": options["--"],
    alias,
    boolean: options.boolean === true ? true : [...booleans].map(hideNo),
    string: [...strings].map(hideNo),
    // minimist makes an absent boolean false; null tells it from one that was given.
    default: Object.fromEntries([...booleans].map((name) => [hideNo(name), null])),
    stopEarly: options.stopEarly,
    unknown: unknown && ((hidden: string) => {
      const arg = showNo(hidden);
      const [, key, value] = arg.match(/^--?([^=]+)(?:=(.*))?$/s) ?? [];
      return unknown(arg, key, value);
    }),
  });

  const result: Record<string, unknown> = {};
  for (const [hidden, value] of Object.entries(parsed)) {
    const name = showNo(hidden);
    if (name === "_" || name === "--") result[name] = value;
    else if (value !== null) result[name] = repeated(value, collected.has(name));
  }
  for (const [name, value] of Object.entries(defaults)) {
    for (const key of aliasGroup(name)) result[key] ??= value;
  }
  for (const name of booleans) result[name] ??= false;
  for (const name of strings) if (collected.has(name)) result[name] ??= [];
  return result as Args<B, S, C>;
}

// minimist turns every argument that comes twice into an array; only the collected ones stay one.
function repeated(value: unknown, collect: boolean): unknown {
  if (collect) return Array.isArray(value) ? value : [value];
  return Array.isArray(value) ? value.at(-1) : value;
}
