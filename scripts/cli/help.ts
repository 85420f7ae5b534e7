import { WIDTH, wrap } from "./table.ts";
import { describeAllowed, type Flag, flagName, type FlagTable, type Script } from "./flags.ts";

/**
 * The text of `--help`: usage line, one aligned entry per flag with allowed values and default, examples.
 *
 * @param script the script with its flag table
 * @returns lines of at most 100 characters (but for long names and examples), without a final newline
 */
export function helpText<const T extends FlagTable>(script: Script<T>): string {
  const command = script.command ?? `deno task ${script.name}`;
  const entries = Object.entries(script.flags).map(([key, flag]) => [typedForm(key, flag), sentence(flag)]);
  entries.push(["--help, -h", "Prints this text"]);
  const { operands } = script;
  const indent = Math.max(...entries.map(([form]) => form.length)) + 4;
  const lines = ([form, text]: string[]) => {
    const [first, ...rest] = wrap(text, WIDTH - indent);
    return [`  ${form.padEnd(indent - 2)}${first}`, ...rest.map((line) => " ".repeat(indent) + line)];
  };
  return [
    ...wrap(script.summary, WIDTH),
    "",
    `Usage: ${command} [flags]${operands ? ` ${operands.form}` : ""}`,
    "",
    ...(operands ? ["Arguments:", ...lines([`${operands.form} `, operands.help]), ""] : []),
    "Flags:",
    ...entries.flatMap(lines),
    ...(script.examples?.length ? ["", "Examples:", ...script.examples.map((line) => `  ${line}`)] : []),
  ].join("\n");
}

function typedForm(key: string, flag: Flag): string {
  if (flag.kind === "boolean") return flag.default ? `--no-${flagName(key).slice(2)}` : flagName(key);
  const word = flag.valueName ?? {
    integer: "n",
    number: "x",
    integers: "n,n,…",
    numbers: "x,x,…",
    choice: "name",
    choices: "name,name,…",
    string: "text",
    file: "file",
    directory: "folder",
  }[flag.kind];
  return `${flagName(key)} <${word}>`;
}

function sentence(flag: Flag): string {
  const help = flag.help.replace(/\.$/, "");
  if (flag.kind === "boolean") return help;
  // What the name of the value says already.
  const facts = ["string", "file", "directory"].includes(flag.kind) ? [] : [describeAllowed(flag)];
  if (flag.required) facts.push("required");
  else if (flag.default !== undefined) facts.push(`default ${flag.default}`);
  return facts.length > 0 ? `${help} (${facts.join("; ")})` : help;
}
