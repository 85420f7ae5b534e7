import { type FlagTable, type FlagValues, parseCommandLine, type Script } from "./flags.ts";
import { commandLine } from "./command_line.ts";
import { helpText } from "./help.ts";

/** What a script is started with besides its flags. */
export interface Invocation {
  /** The arguments without a flag. */
  operands: string[];
  /** The keys of the flags that were typed; others have their default. */
  typed: ReadonlySet<string>;
  /** What people type to start another script of the toolkit in the same way. */
  commandOf(name: string): string;
  /** What makes the same again, without the folders of this machine. */
  again: string;
}

/** The work of a script. */
export type Main<T extends FlagTable> = (
  values: FlagValues<T>,
  invocation: Invocation,
) => void | Promise<void>;

/** Where a script's lines go; the console unless a test listens. */
export interface Output {
  /** Writes one line to stdout. */
  out(line: string): void;
  /** Writes one line to stderr. */
  error(line: string): void;
}

/**
 * Parses the arguments, runs `main` with the values and ends the process: 0 on success and after `--help`, 2 on a
 * mistake of the user (a UsageError, a DataError or a SettingsError), 1 on any other error unless it has an `exitCode`. An
 * error is one line `<name>: <message>` on stderr; the environment variable HSCL_DEBUG adds where it came from.
 *
 * @param script the script with its flag table
 * @param main the work; starts only after all arguments are known to be right
 * @param args the arguments; those of this process if not given
 *
 * @example
 * ```ts ignore
 * await runScript({
 *   name: "fig1",
 *   summary: "Trains with four losses and draws their accuracy.",
 *   flags: { epochs: { kind: "integer", min: 1, default: 20, help: "Passes over the training images" } },
 * }, async ({ epochs }) => console.log(epochs + 1));
 * ```
 */
export async function runScript<const T extends FlagTable>(
  script: Script<T>,
  main: Main<T>,
  args: readonly string[] = Deno.args,
): Promise<void> {
  nameStdout();
  const output: Output = { out: (line) => console.log(line), error: writeError };
  forgetLoaderVariables();
  const code = await exitCodeOf(script, main, args, output);
  // After success the event loop runs dry by itself, so that all output arrives.
  if (code === INTERRUPTED) await endAsInterrupted();
  if (code !== 0) Deno.exit(code);
}

/** Makes an error of a line that stdout does not take say so: by itself it names neither a file nor an action. */
function nameStdout(): void {
  const { log } = console;
  console.log = (...items) => {
    try {
      log(...items);
    } catch (error) {
      throw new Error(`stdout cannot be written: ${oneLine(error)}`);
    }
  };
}

/** Writes one line to stderr, if it takes one: there is nowhere else to say it. */
function writeError(line: string): void {
  try {
    console.error(line);
  } catch {
    // The exit code is left.
  }
}

/** The exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * Ends the process by the signal itself: at once, so that no library is taken down under a thread that still computes in
 * it, and so that a shell's loop over commands ends, too.
 */
async function endAsInterrupted(): Promise<void> {
  if (Deno.build.os === "windows") return;
  Deno.kill(Deno.pid, "SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 1000));
}

/**
 * Deno refuses to start a child with the dynamic loader's variables, such as `LD_LIBRARY_PATH`, unless a script may run
 * anything. What this process loads itself still finds them: the loader has read them at the start.
 */
function forgetLoaderVariables(): void {
  try {
    for (const name of Object.keys(Deno.env.toObject())) if (/^(LD|DYLD)_/.test(name)) Deno.env.delete(name);
  } catch {
    // Not allowed to read the environment: then there is no child either.
  }
}

/** A script that whoever imports it can start. */
export interface Command {
  /** Its name and flags. */
  readonly script: Script;
  /** Runs it with the arguments of this process, which ends as {@linkcode runScript} says. */
  run(): Promise<void>;
  /** The same with other arguments; `typed` is what people type before them instead of `deno task <name>`. */
  runAs(typed: string, args: readonly string[]): Promise<void>;
  /** Runs it with other arguments, without ending the process; returns the exit code. */
  exitCode(args: readonly string[], output: Output): Promise<number>;
}

/** A script together with its work, to be run by its own process or by another program. */
export function command<const T extends FlagTable>(
  script: Script<T>,
  main: Main<T>,
): Command {
  return {
    script,
    run: () => runScript(script, main),
    runAs: (typed, args) => runScript(startedAs(script, typed), main, args),
    exitCode: (args, output) => exitCodeOf(script, main, args, output),
  };
}

function startedAs<T extends FlagTable>(script: Script<T>, command: string): Script<T> {
  const examples = script.examples?.map((line) => line.replace(`deno task ${script.name}`, command));
  return { ...script, command, examples };
}

/** What {@linkcode runScript} does short of ending the process; returns the exit code. */
export async function exitCodeOf<const T extends FlagTable>(
  script: Script<T>,
  main: Main<T>,
  args: readonly string[],
  output: Output,
): Promise<number> {
  try {
    const end = args.indexOf("--", 1);
    if (args.slice(0, end < 0 ? undefined : end).some((arg) => arg === "--help" || arg === "-h")) {
      output.out(helpText(script));
      return 0;
    }
    const { values, typed, operands } = parseCommandLine(script, args);
    const { name, command = `deno task ${name}` } = script;
    const commandOf = (other: string) => command.replace(new RegExp(`${name}$`), other);
    await main(values, { operands, typed, commandOf, again: commandLine(command, args) });
    return 0;
  } catch (error) {
    output.error(`${script.name}: ${oneLine(error)}`);
    const code = exitCode(error);
    if (code !== 1) return code;
    if (debugging() && error instanceof Error && error.stack) output.error(error.stack);
    return 1;
  }
}

// Of the library, which knows of no exit codes.
const mistakes = new Set(["DataError", "SettingsError"]);

function exitCode(error: unknown): number {
  if (!(error instanceof Error)) return 1;
  if ("exitCode" in error && typeof error.exitCode === "number") return error.exitCode;
  return mistakes.has(error.name) ? 2 : 1;
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.replace(/\s*\n\s*/g, " ").trim();
}

function debugging(): boolean {
  try {
    return Boolean(Deno.env.get("HSCL_DEBUG"));
  } catch {
    return false; // not allowed to read the environment
  }
}
