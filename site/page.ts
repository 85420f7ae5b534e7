/// <reference lib="dom" />
/** The live page: starts the engine and builds the parts. */
import type { TheoryWorks } from "./engines/theory/works.ts";
import { mountCheck } from "./parts/check/mod.ts";
import { byId, html } from "./parts/frame/dom.ts";
import { startEngine } from "./parts/frame/engine.ts";
import { mountHardness } from "./parts/hardness/mod.ts";
import { mountLearning } from "./parts/learning/mod.ts";
import { mountTraining } from "./parts/training/mod.ts";

async function start(): Promise<void> {
  const engine = await startEngine<TheoryWorks>("theory");
  const tables = await engine.ask("tables", undefined);
  mountHardness(engine, tables);
  mountLearning(await startEngine<TheoryWorks>("theory"), tables);
  mountTraining(tables);
  mountCheck(tables);
  document.documentElement.dataset.ready = "";
}

start().catch((error) => {
  byId("failure").replaceChildren(
    html("p", { role: "alert", class: "failure" }, `This page cannot start: ${error.message}`),
  );
});
