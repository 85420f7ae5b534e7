/** What is typed to make a figure again, without the folders of this machine; `task` is what comes before the flags. */
export function commandLine(task: string, args: readonly string[]): string {
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const [flag, ...rest] = args[at].split("="), inline = rest.length > 0;
    if (["--out", "--plan", "--jobs"].includes(flag)) at += inline ? 0 : 1;
    else if (flag === "--force") continue;
    else if (flag === "--data") {
      const value = inline ? rest.join("=") : args[++at] ?? "";
      const folders = value.split(",").map((part) =>
        /^[a-zA-Z0-9-]+=/.test(part) ? part.replace(/=.*$/s, "=DIR") : "DIR"
      );
      kept.push("--data", folders.join(","));
    } else if (args[at] !== "--") kept.push(args[at]);
  }
  return [task, ...kept].join(" ");
}
