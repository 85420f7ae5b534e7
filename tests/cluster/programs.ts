import { delimiter, join } from "node:path";

const names = ["munged", "slurmctld", "slurmd", "sbatch", "scontrol", "sinfo", "squeue", "scancel"] as const;

/** Where the programs of SLURM are; the daemons are on the path of root only. */
export function programs(): Record<(typeof names)[number], string | undefined> {
  const folders = [...(Deno.env.get("PATH") ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  const find = (name: string) => folders.map((folder) => join(folder, name)).find((path) => isFile(path));
  return Object.fromEntries(names.map((name) => [name, find(name)])) as ReturnType<typeof programs>;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Why no cluster can be started here; nothing if one can. */
export function noCluster(): string | undefined {
  const absent = Object.entries(programs()).filter(([, path]) => path === undefined).map(([name]) => name);
  if (absent.length > 0) return `no ${absent.join(", ")} found: Debian has them in slurm-wlm and munge`;
  if (Deno.uid() !== 0) return "SLURM's daemons have to be started by root";
}
