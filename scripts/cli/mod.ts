/** Command lines of the scripts: a table of flags, its help text, and the frame every script runs in. */
export * from "./flags.ts";
export { helpText } from "./help.ts";
export { type Command, command, exitCodeOf, type Output, runScript } from "./run_script.ts";
export { alignedLines } from "./table.ts";
