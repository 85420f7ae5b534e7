/// <reference lib="dom" />
/** Check your embeddings: the verdicts of `deno task check` on two files, which stay here. */
import type { CheckAnswer, CheckNews, CheckRequest, DroppedFile } from "../../engines/theory/check.ts";
import type { Tables } from "../../engines/theory/tables.ts";
import type { TheoryWorks } from "../../engines/theory/works.ts";
import { amount, button } from "../frame/control.ts";
import { byId, html } from "../frame/dom.ts";
import { type Engine, startEngine } from "../frame/engine.ts";
import { hardeningControl } from "../frame/hardening_control.ts";
import { wasmBytes } from "../frame/wasm_bytes.ts";
import { example } from "./example.ts";
import { createReport } from "./report.ts";

// 2·128 − 2, as in the trainings of the figures: what `deno task check` takes, too.
const FIGURES_WEIGHT = 254;

/** Builds the part and keeps it going. */
export function mountCheck(tables: Tables): void {
  const files: { embeddings?: DroppedFile; labels?: DroppedFile } = {};
  let engine: Promise<Engine<TheoryWorks>> | undefined, asked = 0;

  const status = html("p", { role: "status" }),
    failure = html("p", { class: "failure", role: "alert", hidden: true });
  const progress = html("progress", { max: 1, hidden: true, "aria-label": "Pairs compared" });
  const hardening = hardeningControl(tables, () => {});
  const temperature = amount(
    "T, the temperature",
    { min: 0.05, max: 2, step: 0.05, most: 10 },
    0.5,
    () => {},
  );
  const weight = amount(
    "Q, the weight of the negatives",
    { min: 1, max: 510, step: 1, most: 1e6 },
    FIGURES_WEIGHT,
    () => {},
  );
  const report = createReport();
  const run = button("Check", () => start().catch(fail), { disabled: "" });
  const stop = button("Stop", () => cancel("Stopped."), { disabled: "" });

  function chooser(
    kind: "embeddings" | "labels",
    label: string,
  ): { node: HTMLElement; input: HTMLInputElement } {
    const input = html("input", {
      type: "file",
      accept: ".npy",
      onchange: () => take(kind, input.files?.[0]),
    });
    return { node: html("label", { class: "control" }, html("span", {}, label), input), input };
  }
  const embeddings = chooser("embeddings", "Embeddings: a .npy file [embeddings, dimensions]");
  const labels = chooser("labels", "Labels: a .npy file of one integer for each");

  async function take(kind: "embeddings" | "labels", file: File | undefined): Promise<void> {
    if (!file) return;
    files[kind] = { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    taken();
  }

  function taken(): void {
    run.disabled = !(files.embeddings && files.labels);
    const have = [files.embeddings, files.labels].map((file) => file?.name ?? "–");
    status.textContent = `Embeddings: ${have[0]}; labels: ${have[1]}`;
  }

  const drop = html(
    "div",
    { class: "drop" },
    html("p", {}, "Drop two .npy files here, or choose them:"),
    html("div", { class: "controls" }, embeddings.node, labels.node),
    html(
      "div",
      { class: "buttons" },
      button("Take the 200 points of 4 classes", () => {
        Object.assign(files, example());
        taken();
      }),
    ),
  );
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    dropped(Array.from(event.dataTransfer?.files ?? [])).catch(fail);
  });

  /** The larger of two files has the embeddings, unless a name says which has the labels. */
  async function dropped(given: File[]): Promise<void> {
    const named = given.find(({ name }) => /label|target|^y\b/i.test(name));
    const sorted = given.toSorted((a, b) => b.size - a.size);
    const ofLabels = given.length === 1 ? named : named ?? sorted[1];
    await take("embeddings", sorted.find((file) => file !== ofLabels));
    await take("labels", ofLabels);
  }

  async function start(): Promise<void> {
    const mine = ++asked;
    failure.hidden = true;
    report.node.hidden = true;
    run.disabled = true;
    stop.disabled = false;
    // A worker of its own, which can be ended at any moment.
    engine = startEngine<TheoryWorks>("theory");
    const request: CheckRequest = {
      embeddings: files.embeddings!,
      labels: files.labels!,
      hardening: hardening.get(),
      temperature: temperature.get(),
      negativeWeight: weight.get(),
      wasm: await wasmBytes(),
    };
    if (mine !== asked) return;
    const answer: CheckAnswer = await (await engine).ask("check", request, ({ stage, share }: CheckNews) => {
      if (mine !== asked) return;
      status.textContent = `${stage} …`;
      progress.hidden = share === undefined;
      if (share !== undefined) progress.value = share;
    });
    if (mine !== asked) return;
    cancel("");
    report.show(answer, request);
    report.node.hidden = false;
    root.dataset.checked = "";
  }

  function cancel(words: string): void {
    asked++;
    engine?.then((running) => running.stop());
    engine = undefined;
    run.disabled = false;
    stop.disabled = true;
    progress.hidden = true;
    status.textContent = words;
  }

  function fail(error: Error): void {
    cancel("");
    failure.hidden = false;
    failure.textContent = error.message;
  }

  const root = byId("check");
  report.node.hidden = true;
  byId("check-work").replaceChildren(
    drop,
    html("div", { class: "controls" }, hardening.node, temperature.node, weight.node),
    html("div", { class: "buttons" }, run, stop),
    status,
    progress,
    failure,
    report.node,
  );
}
