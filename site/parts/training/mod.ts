/// <reference lib="dom" />
/** Train: the four losses on images, each with a network of its own, in workers. */
import type { NegativeKind } from "@hscl/hscl";
import type { RunMetrics } from "@hscl/hscl/experiment";
import type { Tables } from "../../engines/theory/tables.ts";
import type { Opened } from "../../engines/training/open.ts";
import type { TrainingNews } from "../../engines/training/session.ts";
import type { OwnDataset, TrainingChoices } from "../../engines/training/settings.ts";
import { amount, button, choice } from "../frame/control.ts";
import { byId, html } from "../frame/dom.ts";
import { short } from "../frame/words.ts";
import { createCard } from "./card.ts";
import { createCurves } from "./curves.ts";
import { TrainingRun } from "./run.ts";

/** Builds the part; nothing is loaded or trained before somebody starts. */
export function mountTraining({ losses }: Tables): void {
  let run: TrainingRun | undefined, isPaused = false, opened: Opened | undefined;
  let choices: TrainingChoices | undefined, changedAt = "";
  const rows: { loss: NegativeKind; metrics: RunMetrics }[] = [];

  const dataset = choice<OwnDataset>("Images", [
    { value: "characters", text: "characters: letters and digits of 163 typefaces" },
    { value: "mnist", text: "digits: MNIST" },
  ], () => {});
  const preset = choice<TrainingChoices["preset"]>("How much", [
    { value: "default", text: "as Figure 1: 8,000 images" },
    { value: "smoke", text: "a taste: 500 images, a smaller network" },
  ], (value) => epochs.set(value === "smoke" ? 2 : 3));
  const backend = choice<TrainingChoices["backend"]>("Computes on", [
    { value: "auto", text: "the GPU if there is one, else the processor" },
    { value: "wasm", text: "the processor (WebAssembly)" },
    { value: "webgpu", text: "the GPU (WebGPU)" },
  ], () => {});
  const epochs = amount("Epochs", { min: 1, max: 20, step: 1, most: 500, whole: true }, 3, () => {});
  const seed = amount("Seed", { min: 0, max: 9, step: 1, most: 999, whole: true }, 0, () => {});
  const temperature = amount("T, the temperature", { min: 0.1, max: 1, step: 0.05, most: 10 }, 0.5, () => {});
  const beta = amount("β, also while it trains", { min: 0, max: 10, step: 0.1, most: 100 }, 1, (value) => {
    if (!run) return;
    run.beta = value;
    changedAt = "β was changed on the way, so that no command repeats these numbers.";
    describe();
  });
  const boxes = losses.map((loss) => ({
    ...loss,
    box: html("input", { type: "checkbox", checked: true, value: loss.name }),
  }));
  const which = html(
    "fieldset",
    { class: "which" },
    html("legend", {}, "Losses"),
    ...boxes.map(({ label, box }) => html("label", {}, box, ` ${label}`)),
  );

  const start = button("Start", () => run ? stop() : begin(), { class: "main" });
  const pause = button("Pause", () => {
    isPaused = !isPaused;
    if (isPaused) run?.pause();
    else run?.goOn();
    buttons();
  });
  const step = button("One step", () => run?.step());
  const status = html("p", { role: "status" }),
    failure = html("p", { class: "failure", role: "alert", hidden: true });
  const command = html("p", { class: "seen", hidden: true });
  const cards = new Map(losses.map((loss) => [loss.name, createCard(loss)]));
  const curves = [
    { measure: "classMean", chart: createCurves("Nearest class mean of the embeddings", losses) },
    { measure: "top1", chart: createCurves("kNN of the features", losses) },
  ] as const;
  const table = html("table", { class: "epochs" }),
    legend = html(
      "p",
      { class: "legend" },
      ...losses.map(({ name, label }) => html("span", { class: `key ${name}` }, label)),
    );

  function buttons(): void {
    start.textContent = run ? "Stop" : "Start";
    pause.textContent = isPaused ? "Go on" : "Pause";
    pause.disabled = !run || !opened;
    step.disabled = !run || !opened || !isPaused;
    // What is asked for before a training cannot change while it runs.
    for (const { node } of [dataset, preset, backend, epochs, seed, temperature]) {
      disable(node, run !== undefined);
    }
    disable(which, run !== undefined);
  }

  function begin(): void {
    const wanted = boxes.filter(({ box }) => box.checked).map(({ name }) => name);
    if (wanted.length === 0) return fail(new Error("Choose at least one loss to train with."));
    choices = {
      dataset: dataset.get(),
      preset: preset.get(),
      backend: backend.get(),
      losses: wanted,
      beta: beta.get(),
      temperature: temperature.get(),
      seed: Math.round(seed.get()),
      epochs: Math.round(epochs.get()),
    };
    rows.length = 0;
    changedAt = "";
    opened = undefined;
    isPaused = false;
    failure.hidden = command.hidden = true;
    for (const [name, card] of cards) {
      card.clear();
      card.node.hidden = !wanted.includes(name);
    }
    showRows();
    status.textContent = "Loading images and network …";
    const own = run = new TrainingRun(choices, {
      opened: (what) => {
        opened = what;
        describe();
        buttons();
      },
      standing: (loss, standing) => cards.get(loss)!.standing(standing),
      news: (loss, news) => heard(loss, news),
      failed: (loss, error) => cards.get(loss)!.say(error.message),
      ended: () => ended("Done."),
    });
    own.start().catch((error) => {
      if (run !== own) return;
      own.stop();
      ended("");
      fail(error);
    });
    buttons();
  }

  function heard(loss: NegativeKind, news: TrainingNews): void {
    const card = cards.get(loss)!;
    if (news.kind === "evaluating") card.say(`epoch ${news.epoch}: embeds and classifies the test images …`);
    else if (news.kind === "map") card.map(news.map, opened!.classes, news.epoch);
    else if (news.kind === "warning") card.warn(news.words);
    else {
      rows.push({ loss, metrics: news.metrics });
      showRows();
    }
  }

  function stop(): void {
    run?.stop();
    ended("Stopped.");
  }

  function ended(words: string): void {
    run = undefined;
    isPaused = false;
    status.textContent = words;
    buttons();
  }

  function fail(error: Error): void {
    failure.hidden = false;
    failure.textContent = error.message;
  }

  /** What runs, and what makes the same numbers elsewhere. */
  function describe(): void {
    if (!opened || !choices) return;
    const { command: typed, detail, trainImages, testImages, whyNoGpu } = opened;
    if (run) {
      status.textContent = `Trains on ${trainImages} images, tests on ${testImages} others, by ${detail}` +
        (choices.backend === "auto" && whyNoGpu !== undefined ? ` (${whyNoGpu}).` : ".");
    }
    command.hidden = false;
    command.replaceChildren(
      ...changedAt === ""
        ? [
          `The same numbers, of seed ${choices.seed}: `,
          html("code", {}, typed),
        ]
        : [changedAt],
    );
  }

  function showRows(): void {
    const of = choices?.epochs ?? epochs.get();
    for (const { measure, chart } of curves) {
      chart.show(
        rows.map(({ loss, metrics }) => ({ loss, epoch: metrics.epoch, value: metrics[measure] })),
        of,
      );
    }
    table.hidden = rows.length === 0;
    const sorted = rows.toSorted((a, b) =>
      place(a.loss) - place(b.loss) || a.metrics.epoch - b.metrics.epoch
    );
    table.replaceChildren(
      html("caption", {}, "Test accuracy after every epoch"),
      html(
        "thead",
        {},
        html(
          "tr",
          {},
          ...["loss", "epoch", "class mean", "kNN", "training loss"].map((name) =>
            html("th", { scope: "col" }, name)
          ),
        ),
      ),
      html("tbody", {}, ...sorted.map(rowOf)),
    );
  }

  const place = (loss: NegativeKind) => losses.findIndex(({ name }) => name === loss);

  function rowOf(
    { loss, metrics: { epoch, classMean, top1, loss: mean } }: typeof rows[number],
  ): HTMLElement {
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
    const node = html(
      "tr",
      {},
      html("th", { scope: "row" }, losses[place(loss)].label),
      ...[`${epoch}`, percent(classMean), percent(top1), short(mean)].map((text) => html("td", {}, text)),
    );
    Object.assign(node.dataset, { loss, epoch, classMean, top1, mean });
    return node;
  }

  byId("training-work").replaceChildren(
    html(
      "div",
      { class: "controls" },
      dataset.node,
      preset.node,
      backend.node,
      which,
      epochs.node,
      seed.node,
      temperature.node,
      beta.node,
    ),
    html("div", { class: "buttons" }, start, pause, step),
    status,
    failure,
    command,
    html("div", { class: "charts" }, ...curves.map(({ chart }) => chart.node)),
    legend,
    html("div", { class: "cards" }, ...[...cards.values()].map(({ node }) => node)),
    html("div", { class: "wide" }, table),
  );
  showRows();
  buttons();
}

function disable(node: HTMLElement, disabled: boolean): void {
  for (const each of node.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")) {
    each.disabled = disabled;
  }
}
