import { cpSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Member } from "./members.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A copy of the repository in which members of families can be added; it shares `node_modules`. */
export class RepositoryCopy {
  readonly folder: string = Deno.makeTempDirSync();

  constructor() {
    const left = [".git", "results", "docs", "notebooks"];
    const copied = (path: string) =>
      basename(path) !== "node_modules" && !left.includes(relative(root, path));
    cpSync(root, this.folder, { recursive: true, filter: copied });
    Deno.symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"), { type: "dir" });
  }

  /** Writes the new file of a member, and its line in the table. */
  add({ name, file, table, imported, after, entry }: Member): void {
    const path = join(this.folder, file), before = Deno.readTextFileSync(join(this.folder, table));
    Deno.mkdirSync(path.replace(/[^/\\]*$/, ""), { recursive: true });
    Deno.copyFileSync(fileURLToPath(new URL(`./made_up/${name}.txt`, import.meta.url)), path);
    if (before.split(after).length !== 2) {
      throw new Error(`Cannot add to ${table} as it must have one ${after}`);
    }
    Deno.writeTextFileSync(join(this.folder, table), `${imported}\n${before.replace(after, after + entry)}`);
  }

  /** Runs deno in it. */
  async deno(args: readonly string[]): Promise<{ code: number; out: string; error: string }> {
    const { code, stdout, stderr } = await new Deno.Command("deno", {
      args: [...args],
      cwd: this.folder,
      env: { NO_COLOR: "1" },
      stdin: "null",
    }).output();
    return { code, out: new TextDecoder().decode(stdout), error: new TextDecoder().decode(stderr) };
  }

  /** Deletes it. */
  remove(): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}
