import { cpSync } from "node:fs";
import { basename, join, relative } from "node:path";

/** A source file of a repository with a change in it. */
export interface Change {
  /** Path from the root. */
  file: string;
  /** What the file holds instead. */
  text: string;
}

/** How a command ended. */
export interface Ending {
  outcome: "passed" | "failed" | "timed out";
  seconds: number;
  /** What it wrote. */
  output: string;
}

/** A temporary copy of a repository, where files can be changed and commands run; it shares `node_modules`. */
export class Copy {
  readonly #root: string;
  readonly #folder: string;

  constructor(root: string) {
    this.#root = root;
    this.#folder = Deno.makeTempDirSync({ prefix: "mutants-" });
    const left = [".git", "results"];
    const copied = (path: string) =>
      basename(path) !== "node_modules" && !left.includes(relative(root, path));
    cpSync(root, this.#folder, { recursive: true, filter: copied });
    Deno.mkdirSync(join(this.#folder, "tmp"));
    if (Deno.readDirSync(root).some(({ name }) => name === "node_modules")) {
      Deno.symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"), { type: "dir" });
    }
  }

  /** Runs `deno` with its temporary files in the copy, and kills it when the time is up. */
  async deno(args: string[], limitSeconds: number): Promise<Ending> {
    const started = performance.now();
    const child = new Deno.Command("deno", {
      args,
      cwd: this.#folder,
      env: { NO_COLOR: "1", TMPDIR: join(this.#folder, "tmp") },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, limitSeconds * 1000);
    const { success, stdout, stderr } = await child.output();
    clearTimeout(timer);
    return {
      outcome: late ? "timed out" : success ? "passed" : "failed",
      seconds: (performance.now() - started) / 1000,
      output: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n"),
    };
  }

  /** Runs tests, which may write to the copy only. */
  test(args: string[], limitSeconds: number): Promise<Ending> {
    const permissions = [
      "--allow-read",
      `--allow-write=${this.#folder}`,
      "--allow-env",
      "--allow-sys",
      "--allow-ffi",
    ];
    // A mutant may ask for memory without end.
    const flags = ["--no-prompt", "--no-check", "--fail-fast", "--v8-flags=--max-old-space-size=2048"];
    return this.deno(["test", ...flags, ...permissions, "--allow-run=deno", ...args], limitSeconds);
  }

  /** Does something while a file is changed. */
  async with<T>({ file, text }: Change, body: () => Promise<T>): Promise<T> {
    await Deno.writeTextFile(join(this.#folder, file), text);
    try {
      return await body();
    } finally {
      await Deno.copyFile(join(this.#root, file), join(this.#folder, file));
    }
  }

  /** Which of the changes, each on its own, pass the type check. */
  async compiling(changes: readonly Change[]): Promise<boolean[]> {
    const files = changes.map(({ file }, i) => file.replace(/\.ts$/, `.mutant${i}.ts`));
    files.forEach((file, i) => Deno.writeTextFileSync(join(this.#folder, file), changes[i].text));
    const { outcome, output } = await this.deno(["check", "--quiet", ...files], 600);
    for (const file of files) Deno.removeSync(join(this.#folder, file));
    const broken = new Set([...output.matchAll(/\.mutant(\d+)\.ts:\d/g)].map(([, i]) => Number(i)));
    if ((outcome === "passed") !== (broken.size === 0)) throw new Error(`Cannot check the types: ${output}`);
    return changes.map((_, i) => !broken.has(i));
  }

  /** Deletes it. */
  remove(): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }
}
