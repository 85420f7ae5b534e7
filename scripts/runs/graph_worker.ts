/** A worker process that trains networks of graphs: loads each collection once, see {@linkcode serveRuns}. */
import type { BackendName } from "../../mod.ts";
import {
  type GraphCollection,
  type GraphCollectionName,
  type GraphOptions,
  loadGraphs,
} from "../../lib/data/mod.ts";
import { ensureGraphRun, type GraphRunSettings } from "../../lib/experiment/mod.ts";
import { checkRunsPlace, serveRuns } from "./serve.ts";

/** What a worker process is started with, as its only argument in JSON. */
export interface GraphWorkerSetup {
  backend: BackendName;
  options: GraphOptions;
  runsFolder: string;
}

if (import.meta.main) {
  await serveRuns<GraphRunSettings, GraphWorkerSetup>(({ options, runsFolder }) => {
    const loaded = new Map<string, Promise<GraphCollection>>();
    return async ({ settings, force, signal }) => {
      await checkRunsPlace(runsFolder);
      const { name } = settings.collection;
      if (!loaded.has(name)) loaded.set(name, loadGraphs(name as GraphCollectionName, options));
      await ensureGraphRun(settings, runsFolder, { collection: await loaded.get(name)!, force, signal });
      return runsFolder;
    };
  });
}
