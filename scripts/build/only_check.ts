/** Whether a build script compares instead of writing: `--check` is its only argument; anything else ends it with code 2. */
export function onlyCheck(task: string): boolean {
  const { args } = Deno;
  if (args.length === 0) return false;
  if (args.length === 1 && args[0] === "--check") return true;
  console.error(`${task}: takes --check only, to compare with what is committed: received ${args.join(" ")}`);
  Deno.exit(2);
}
