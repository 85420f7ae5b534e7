/**
 * A SLURM on this machine for as long as its stdin is open: munged, slurmctld and slurmd with state, key and socket in a folder of
 * its own, on free ports of the loopback. A program of its own, as it needs permissions that the tests do without; root has to
 * start it. Says `{"conf": path}` as JSON once jobs can be submitted, then answers each line of stdin, a command as a JSON array, with
 * one of what it said.
 */
import { join } from "node:path";
import { jsonLines } from "../../scripts/runs/protocol.ts";
import type { Ended } from "../process.ts";
import { slurmConf } from "./slurm_conf.ts";
import { programs } from "./programs.ts";

const folder = await Deno.makeTempDir(), conf = join(folder, "slurm.conf"), log = join(folder, "log");
const environment = { SLURM_CONF: conf };
const daemons: Deno.ChildProcess[] = [];

/** Starts a daemon in the foreground, so that its process is ours. */
function start(name: keyof ReturnType<typeof programs>, ...args: string[]): void {
  const options = { args, env: environment, stdin: "null", stdout: "null", stderr: "null" } as const;
  daemons.push(new Deno.Command(programs()[name]!, options).spawn());
}

async function call([program, ...args]: string[]): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, env: environment }).output();
  return { code, out: new TextDecoder().decode(stdout), error: new TextDecoder().decode(stderr) };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (
    const end = Date.now() + 30_000;
    !await isSo();
    await new Promise((resolve) => setTimeout(resolve, 100))
  ) {
    if (Date.now() > end) {
      throw new Error(`Cannot start a cluster as ${what} must come within 30 s: received none`);
    }
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function begin(): Promise<void> {
  // munged refuses a folder that others may write to.
  await Deno.chmod(folder, 0o755);
  for (const name of ["state", "spool", "log"]) await Deno.mkdir(join(folder, name));
  await Deno.writeFile(join(folder, "munge.key"), crypto.getRandomValues(new Uint8Array(1024)), {
    mode: 0o400,
  });
  const place = { host: Deno.hostname().split(".")[0], folder, ports: [freePort(), freePort()] } as const;
  await Deno.writeTextFile(conf, slurmConf(place));
  const socket = join(folder, "munge.socket");
  start(
    "munged",
    "--foreground",
    "--force",
    `--socket=${socket}`,
    `--key-file=${join(folder, "munge.key")}`,
    `--pid-file=${join(folder, "munge.pid")}`,
    `--seed-file=${join(folder, "munge.seed")}`,
    `--log-file=${join(log, "munged")}`,
  );
  await until("munged's socket", () => Deno.stat(socket).then(() => true, () => false));
  start("slurmctld", "-D", "-L", join(log, "slurmctld"));
  start("slurmd", "-D", "-L", join(log, "slurmd"));
  await until("an idle node", async () => /^idle/m.test((await call(["sinfo", "-h", "-o", "%T"])).out));
}

async function end(): Promise<void> {
  await call(["scancel", "--full", "--user=root"]).catch(() => {});
  // The last that was started first; each has children to end.
  for (const daemon of daemons.reverse()) {
    daemon.kill("SIGTERM");
    const timer = setTimeout(() => daemon.kill("SIGKILL"), 5000);
    await daemon.status;
    clearTimeout(timer);
  }
  await Deno.remove(folder, { recursive: true });
}

try {
  await begin();
  console.log(JSON.stringify({ conf }));
  for await (const command of jsonLines<string[]>(Deno.stdin.readable, console.error)) {
    console.log(JSON.stringify(await call(command)));
  }
} finally {
  await end();
}
