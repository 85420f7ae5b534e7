/**
 * The runs that are there: a list, one in full, two compared, those that are not as written, those that come from elsewhere, and
 * those that may go.
 */
import { datasetNames } from "../lib/data/mod.ts";
import { count } from "../lib/figures/words.ts";
import { lossNames } from "../lib/losses/mod.ts";
import { command, didYouMean, flagName, UsageError } from "./cli/mod.ts";
import { compareRuns } from "./runs/compare_runs.ts";
import { runsFolderOf } from "./runs/find_run.ts";
import { importAll } from "./runs/import_runs.ts";
import { listAll } from "./runs/list_runs.ts";
import { removeRuns } from "./runs/remove_runs.ts";
import { showRun } from "./runs/show_run.ts";
import { verifyRuns } from "./runs/verify_runs.ts";

const actions = ["list", "show", "compare", "verify", "import", "remove"] as const;
type Action = (typeof actions)[number];

const flags = {
  out: { kind: "directory", default: "results", help: "Folder of results; the runs are in runs/ in it" },
  loss: { kind: "choice", allowed: lossNames, help: "list: only runs of this loss" },
  dataset: { kind: "choice", allowed: datasetNames, help: "list: only runs of this data set" },
  json: { kind: "boolean", help: "list, show, compare: as JSON" },
  unreferenced: {
    kind: "boolean",
    help:
      "remove: what no figure or evaluation in the folder names, and what is damaged, of an older format or left over; not trainings that can go on",
  },
  yes: {
    kind: "boolean",
    help:
      "remove: do it, rather than say what would go; verify: set what is damaged aside, to be trained again",
  },
  dryRun: { kind: "boolean", help: "import: say what would come, rather than do it" },
} as const;

/** The flags that each action has besides `--out`. */
const flagsOf: Record<Action, readonly (keyof typeof flags)[]> = {
  list: ["loss", "dataset", "json"],
  show: ["json"],
  compare: ["json"],
  verify: ["yes"],
  import: ["dryRun"],
  remove: ["unreferenced", "yes"],
};

const script = command({
  name: "runs",
  summary:
    "Lists the runs that are there, with settings, accuracy, size and age (list, which is what it does if nothing is said); " +
    "shows one in full (show); says what two differ in (compare); compares every byte with what was written (verify); brings those " +
    "of other folders, such as from another machine, here (import); removes some, or those that nothing refers to (remove).",
  operands: {
    form: "[list | show RUN | compare RUN RUN | verify RUN… | import DIR… | remove RUN…]",
    help:
      "What to do; a RUN is the folder of one, or the beginning of its name, a DIR a folder of results, of runs, or of one",
  },
  flags,
  examples: [
    "deno task runs",
    "deno task runs list --loss hscl --dataset characters",
    "deno task runs show 0123",
    "deno task runs compare 0123 4567",
    "deno task runs verify",
    "deno task runs import results_of_gpu1 results_of_gpu2",
    "deno task runs remove --unreferenced",
    "deno task runs remove 0123 --yes",
  ],
}, async ({ out, ...values }, { operands: [action = "list", ...runs], typed, commandOf }) => {
  if (!isAction(action)) {
    throw new UsageError(
      `unknown action ${JSON.stringify(action)}${didYouMean(action, actions)} (expected ${
        actions.join(", ")
      })`,
    );
  }
  for (const name of Object.keys(values) as (keyof typeof values)[]) {
    if (!values[name] || flagsOf[action].includes(name)) continue;
    const having = actions.filter((each) => flagsOf[each].includes(name));
    throw new UsageError(`${flagName(name)} goes with ${having.join(", ")}: received ${action}`);
  }
  const wanted: Partial<Record<Action, number>> = { list: 0, show: 1, compare: 2 };
  if (wanted[action] !== undefined && runs.length !== wanted[action]) {
    throw new UsageError(`${action} takes ${count(wanted[action], "run")}: received ${runs.length}`);
  }
  if (action === "import" && runs.length === 0) throw new UsageError("import takes folders: received none");
  // Without the flag, nothing may have been trained yet; and imported runs may come into a new folder.
  if (typed.has("out") && action !== "import") await checkThere(out);
  const listing = commandOf("runs");
  if (action === "list") await listAll(runsFolderOf(out), values);
  else if (action === "show") await showRun(runs[0], out, listing, values.json);
  else if (action === "compare") await compareRuns(runs, out, commandOf, values.json);
  else if (action === "verify") await verifyRuns(runs, out, listing, values);
  else if (action === "import") await importAll(runs, runsFolderOf(out), values.dryRun);
  else await removeRuns(runs, out, listing, values);
});

async function checkThere(out: string): Promise<void> {
  if (await Deno.stat(out).catch(() => undefined)) return;
  throw new UsageError(`--out must be a folder that is there: received ${JSON.stringify(out)}, which is not`);
}

function isAction(word: string): word is Action {
  return (actions as readonly string[]).includes(word);
}

export default script;
if (import.meta.main) await script.run();
