/** Command lines of the scripts: a table of flags, its help text, and the frame every script runs in. */
export { duration } from "./duration.ts";
export * from "./flags.ts";
export { helpText } from "./help.ts";
export { Interrupted, interruptible } from "./interruptible.ts";
export { type Command, command, exitCodeOf, type Invocation, type Output, runScript } from "./run_script.ts";
export { alignedLines, wrap } from "./table.ts";
