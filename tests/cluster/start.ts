import { jsonLines } from "../../scripts/runs/protocol.ts";
import type { Ended } from "../process.ts";

/** A SLURM of this machine alone. */
export interface Cluster {
  /** What programs need to find it. */
  environment: Record<string, string>;
  /** Runs a command there. */
  call(...command: string[]): Promise<Ended>;
  /** Ends it with all its jobs. */
  end(): Promise<void>;
}

/** Starts the program beside this file, and waits until jobs can be submitted. */
export async function startCluster(): Promise<Cluster> {
  const program = new Deno.Command("deno", {
    args: ["run", "--quiet", "-A", new URL("./cluster.ts", import.meta.url).href],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = program.stdin.getWriter();
  const answers = jsonLines<{ conf: string } | Ended>(program.stdout, console.error);
  const answer = async <T>() => {
    const { value, done } = await answers.next();
    if (done) throw new Error("Cannot use the cluster as it must go on: received its end");
    return value as T;
  };
  const { conf } = await answer<{ conf: string }>();
  return {
    environment: { SLURM_CONF: conf },
    async call(...command) {
      await writer.write(new TextEncoder().encode(JSON.stringify(command) + "\n"));
      return await answer<Ended>();
    },
    async end() {
      await writer.close();
      const { success } = await program.status;
      await answers.return(undefined);
      if (!success) throw new Error("Cannot end the cluster as it must end well: received another exit code");
    },
  };
}
