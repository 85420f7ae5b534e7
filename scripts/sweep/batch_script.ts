import { STOPPED_FURTHER } from "./stoppable.ts";

/** What a batch script is made of. */
export interface BatchJob {
  /** Name of the sweep. */
  name: string;
  /** Folder of the sweep, as an absolute path. */
  folder: string;
  /** Folder of results, as an absolute path. */
  out: string;
  /** The shards to run, from 1. */
  tasks: readonly number[];
  /** How many shards there are. */
  shards: number;
  /** At most so many tasks at a time. */
  maxParallel?: number;
  /** Worker processes of a task. */
  jobs: number;
  /** How often a task keeps what it takes to go on. */
  snapshotMinutes: number;
  /** Seconds before the time limit at which a task is told to stop. */
  stopBefore: number;
  /** Other options of sbatch. */
  options: readonly string[];
  /** The address of the script that runs a shard: a file, or one on the web. */
  script: string;
  /** Where it is started; where the job was submitted if absent. */
  directory?: string;
}

/** `[1, 2, 3, 7]` → `1-3,7`. */
export function arrayRanges(indices: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const index of [...indices].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && index === last[1] + 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join(",");
}

/** A text as one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

// How often a task may be stopped in a row without having got any further.
const TRIES = 3;

// What a task needs; nothing is downloaded, as compute nodes may have no network.
const permissions = [
  "--no-prompt",
  "--cached-only",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys=homedir,hostname",
  "--allow-run=deno",
];

/**
 * The batch script of a job array: each task trains one shard of a plan. Before its time limit a task is told to stop, and is queued
 * again, unless it was stopped several times in a row without getting any further.
 */
export function batchScript(job: BatchJob): string {
  const {
    name,
    folder,
    out,
    tasks,
    shards,
    maxParallel,
    jobs,
    snapshotMinutes,
    stopBefore,
    options,
    script,
    directory,
  } = job;
  const most = maxParallel === undefined ? "" : `%${maxParallel}`;
  const sbatch = [
    `--job-name=${name}`,
    `--array=${arrayRanges(tasks)}${most}`,
    // sbatch replaces what follows a per cent sign, and ends a word at a space.
    `--output="${folder.replaceAll("%", "%%")}/logs/%A_%a.log"`,
    "--open-mode=append",
    "--requeue",
    `--signal=B:USR1@${stopBefore}`,
    ...options,
  ];
  const args = ["--from", name, "--out", out, "--jobs", `${jobs}`, "--snapshot-minutes", `${snapshotMinutes}`]
    .map(shellWord);
  return `#!/bin/bash
# Trains the runs of plan.json, in the folder of this file: each task of the array has its part of them.
${sbatch.map((option) => `#SBATCH ${option}`).join("\n")}

task=$SLURM_ARRAY_TASK_ID
echo "part $task of ${shards} on $(hostname), start \${SLURM_RESTART_COUNT:-0}"
${directory === undefined ? "" : `cd ${shellWord(directory)} || exit\n`}
# Some seconds before the time limit, what is trained is told to stop.
program= stopped=
trap 'stopped=1; [ -z "$program" ] || kill -USR1 "$program"' USR1
deno run -q ${permissions.join(" ")} \\
  ${shellWord(script)} \\
  ${args.join(" ")} --shard "$task/${shards}" &
program=$!
# A signal ends the waiting, too.
wait "$program"
while kill -0 "$program" 2>/dev/null; do wait "$program"; done
wait "$program"
code=$?
if [ -z "$stopped" ] || [ "$code" -eq 0 ]; then exit "$code"; fi

# Queued again, unless that has led nowhere several times in a row.
tries=${shellWord(`${folder}/logs`)}/stopped_$task
if [ "$code" -eq ${STOPPED_FURTHER} ]; then rm -f "$tries"; else echo >>"$tries"; fi
if [ -e "$tries" ] && [ "$(wc -l <"$tries")" -ge ${TRIES} ]; then
  rm -f "$tries"
  echo "part $task was stopped ${TRIES} times in a row and got no further: it needs a longer --time" >&2
  exit 1
fi
scontrol requeue "\${SLURM_ARRAY_JOB_ID}_$task"
`;
}
