import { delimiter } from "node:path";
import { UsageError } from "../cli/mod.ts";

/** What a command printed. */
export interface Finished {
  success: boolean;
  out: string;
  error: string;
}

/** Runs a command to its end. */
async function finished(command: string, options: Deno.CommandOptions): Promise<Finished> {
  const { success, stdout, stderr } = await new Deno.Command(command, { ...options, stdin: "null" }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, out: text(stdout), error: text(stderr) };
}

/** Jupyter with the Deno kernel, which lies in a temporary folder: the user's own kernels are neither used nor changed. */
export class Jupyter {
  readonly #prefix: string;
  readonly #kernels: Record<string, string>;

  private constructor(prefix: string, kernels: string) {
    this.#prefix = prefix;
    this.#kernels = {
      JUPYTER_PATH: [kernels, Deno.env.get("JUPYTER_PATH") ?? ""].filter(Boolean).join(delimiter),
    };
  }

  /**
   * Installs the kernel.
   *
   * @param program the part of Jupyter that is needed, e.g. `nbconvert`
   * @param packages what to install if it is missing, for the error
   * @throws {UsageError} if Jupyter has no such part
   */
  static async start(program: string, packages: string): Promise<Jupyter> {
    if (!await isInstalled(program)) {
      throw new UsageError(`needs jupyter ${program}, which is not installed: ${packages}`);
    }
    const prefix = await Deno.makeTempDir({ prefix: "hscl jupyter " });
    // Deno goes by the first two on Linux, the first on macOS and the last on Windows, and not by JUPYTER_DATA_DIR.
    const environment = { HOME: prefix, XDG_DATA_HOME: `${prefix}/share`, APPDATA: prefix, NO_COLOR: "1" };
    const { success, error } = await finished("deno", {
      args: ["jupyter", "--install"],
      env: environment,
    });
    const spec = success ? findKernel(prefix) : undefined;
    if (!spec) {
      throw new Error(`Cannot start Jupyter as deno must install its kernel: received ${error.trim()}`);
    }
    return new Jupyter(prefix, spec);
  }

  /** `jupyter` with these arguments in this folder, until it ends; the user's settings do not apply. */
  run(args: readonly string[], folder: string): Promise<Finished> {
    return finished("jupyter", {
      args: [...args],
      cwd: folder,
      env: {
        ...this.#kernels,
        JUPYTER_CONFIG_DIR: this.#prefix,
        JUPYTER_DATA_DIR: this.#prefix,
        JUPYTER_RUNTIME_DIR: this.#prefix,
        NO_COLOR: "1",
      },
    });
  }

  /** The same for a person who looks at it: input and output are those of this process. */
  async open(args: readonly string[], folder: string): Promise<number> {
    // Else Jupyter keeps copies of what it saves in a folder beside the notebooks.
    const checkpoints = `--FileCheckpoints.checkpoint_dir=${this.#prefix}/checkpoints`;
    const options = { args: [...args, checkpoints], cwd: folder, env: this.#kernels };
    const child = new Deno.Command("jupyter", options);
    const { code } = await child.spawn().status;
    return code;
  }

  /** Removes the kernel. */
  async stop(): Promise<void> {
    await Deno.remove(this.#prefix, { recursive: true });
  }
}

/** Whether this part of Jupyter can be run. */
export async function isInstalled(program: string): Promise<boolean> {
  try {
    const { success } = await finished("jupyter", {
      args: [program, "--version"],
    });
    return success;
  } catch (error) {
    // A program that is not there cannot be allowed by its name either.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}

/** The Jupyter folder below `folder` that holds `kernels/deno/kernel.json`. */
function findKernel(folder: string): string | undefined {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (!isDirectory) continue;
    const found = name === "kernels" ? folder : findKernel(`${folder}/${name}`);
    if (found) return found;
  }
}
