/// <reference lib="dom" />
/** Watch them learn: the same points, moved by gradient descent under each of the four losses. */
import type { NegativeKind } from "@hscl/hscl";
import type { Measures } from "../../engines/theory/learn.ts";
import type { Tables } from "../../engines/theory/tables.ts";
import type { TheoryWorks } from "../../engines/theory/works.ts";
import { createChart, type Panel } from "../frame/chart.ts";
import { amount, button, choice } from "../frame/control.ts";
import { byId, html } from "../frame/dom.ts";
import type { Engine } from "../frame/engine.ts";
import { hardeningControl } from "../frame/hardening_control.ts";
import { short } from "../frame/words.ts";
import { presets } from "../hardness/presets.ts";
import { createGlobe, type Globe } from "./globe.ts";

/** The points of one loss, and how they came there. */
interface Lane {
  kind: NegativeKind;
  globe: Globe;
  values: Float64Array;
  history: Measures[];
}

const measures: { name: keyof Measures; title: string }[] = [
  { name: "loss", title: "the loss itself" },
  { name: "spread", title: "spread within classes" },
  { name: "equalInnerProducts", title: "class means: distance from a simplex" },
  { name: "uniformity", title: "uniformity" },
];
const CLASSES = 3, PER_CLASS = 10;
const TURN = { turn: 20, tilt: 20 };
// With reduced motion wished for, what moves is shown this often.
const CALM_MILLISECONDS = 1000;

/** Builds the part and keeps it going. */
export function mountLearning(engine: Engine<TheoryWorks>, tables: Tables): void {
  let labels: number[] = [], dim: 2 | 3 = 2, running = false, epoch = 0;
  // How often it was started, and points were put: what an earlier one still waits for is of no use.
  let starts = 0, puts = 0;
  const lanes: Lane[] = tables.losses.map(({ name }) => ({
    kind: name,
    globe: createGlobe(),
    values: new Float64Array(),
    history: [],
  }));
  const space = choice(
    "Space",
    [{ value: "2", text: "circle" }, { value: "3", text: "sphere" }],
    () => reset(),
  );
  const start = choice(
    "Start",
    [
      { value: "random", text: "random points of 3 classes" },
      ...["overlapping", "outlier", "antipodal"].map((value) => ({ value, text: presets[value].text })),
    ],
    () => reset(),
  );
  const seed = amount(
    "Seed of random points",
    { min: 0, max: 20, step: 1, most: 1e6, whole: true },
    0,
    () => reset(),
  );
  const hardening = hardeningControl(tables, () => {});
  const temperature = amount(
    "T, the temperature",
    { min: 0.05, max: 2, step: 0.05, most: 10 },
    0.5,
    () => {},
  );
  const weight = amount(
    "Q, the weight of the negatives",
    { min: 1, max: 200, step: 1, most: 1e6 },
    1,
    () => {},
  );
  const rate = amount("Learning rate", { min: 0.1, max: 20, step: 0.1, most: 1000 }, 3, () => {});
  const run = button("Start", toggle),
    step = button("Step", () => move()),
    again = button("Reset", () => reset());
  const count = html("p", { class: "count", role: "status" });
  const failure = html("p", { class: "failure", role: "alert", hidden: true });
  const chartPlace = html("div", {
    class: "chart",
    role: "img",
    "aria-label": "How the points lie, step by step",
  });
  const chart = createChart(chartPlace, "step");
  const cells = new Map<string, HTMLElement>();
  const table = html(
    "table",
    { class: "measures" },
    html("caption", {}, "How the points lie now"),
    html(
      "thead",
      {},
      html("tr", {}, html("td", {}), ...measures.map(({ title }) => html("th", { scope: "col" }, title))),
    ),
    html(
      "tbody",
      {},
      ...tables.losses.map(({ name: kind, label }) =>
        html(
          "tr",
          {},
          html("th", { scope: "row" }, label),
          ...measures.map(({ name }) => {
            const cell = html("td", {});
            cells.set(`${kind} ${name}`, cell);
            return cell;
          }),
        )
      ),
    ),
  );

  let moves: Promise<void> = Promise.resolve();
  /** Moves the points of all losses by some steps from where they will be after those before, and shows where they are. */
  function advance(steps: number): Promise<void> {
    const move = moves.then(() => advanceNow(steps));
    moves = move.catch(() => {});
    return move;
  }

  async function advanceNow(steps: number): Promise<void> {
    const settings = {
      dim,
      labels,
      hardening: hardening.get(),
      temperature: temperature.get(),
      negativeWeight: weight.get(),
      learningRate: rate.get(),
      steps,
    };
    const of = labels;
    const answers = await Promise.all(
      lanes.map(({ kind, values }) => engine.ask("learn", { ...settings, kind, values })),
    );
    if (of !== labels) return; // other points have been put meanwhile
    epoch += steps;
    answers.forEach(({ values, measures }, i) => {
      lanes[i].values = values;
      lanes[i].history.push(measures);
    });
    show();
  }

  function show(): void {
    failure.hidden = true;
    for (const { kind, globe, values, history } of lanes) {
      const { label } = tables.losses.find(({ name }) => name === kind)!, now = history[history.length - 1];
      globe.draw(values, dim, labels, TURN);
      globe.node.setAttribute(
        "aria-label",
        `Points under ${label} after ${epoch} steps: spread within classes ${short(now.spread)}, uniformity ${
          short(now.uniformity)
        }`,
      );
      for (const { name } of measures) {
        const cell = cells.get(`${kind} ${name}`)!;
        cell.textContent = short(now[name]);
        cell.dataset.value = String(now[name]);
      }
    }
    count.textContent = epoch === 1 ? "1 step" : `${epoch} steps`;
    root.dataset.steps = String(epoch);
    // plotly.js is large: it is loaded by who lets the points move, not by who reads on.
    if (epoch > 0 || chartPlace.childElementCount > 0) chart.draw(panels());
  }

  function panels(): Panel[] {
    return measures.map(({ name, title }) => ({
      title,
      lines: lanes.map(({ kind, history }) => {
        const { label, hardened } = tables.losses.find((loss) => loss.name === kind)!;
        const y = history.map((each) => each[name]);
        return { name: label, color: `--${kind}`, dashed: !hardened, x: y.map((_, i) => i), y };
      }),
    }));
  }

  async function loop(): Promise<void> {
    const mine = ++starts;
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    while (running && mine === starts) {
      await advance(calm.matches ? 20 : 1);
      await new Promise<unknown>((resolve) =>
        calm.matches ? setTimeout(resolve, CALM_MILLISECONDS) : requestAnimationFrame(resolve)
      );
    }
  }

  function toggle(): void {
    running = !running;
    showRunning();
    if (running) loop().catch(fail);
  }

  function showRunning(): void {
    run.textContent = running ? "Pause" : "Start";
    step.disabled = running;
    count.setAttribute("aria-live", running ? "off" : "polite");
  }

  function move(): void {
    advance(1).catch(fail);
  }

  async function put(): Promise<void> {
    const mine = ++puts;
    run.disabled = step.disabled = true;
    const from = start.get(), wanted = Number(space.get()) as 2 | 3;
    let values: Float64Array, classes: number[];
    if (from === "random") {
      classes = Array.from({ length: CLASSES * PER_CLASS }, (_, i) => i % CLASSES);
      values = await engine.ask("scatter", { dim: wanted, count: classes.length, seed: seed.get() });
    } else {
      const placed = presets[from].make(wanted);
      classes = placed.labels;
      values = Float64Array.from(placed.points.flat());
    }
    if (mine !== puts) return;
    [dim, labels, epoch] = [wanted, classes, 0];
    for (const lane of lanes) {
      lane.values = values;
      lane.history = [];
    }
    await advance(0);
    if (mine === puts) run.disabled = step.disabled = false;
  }

  function reset(): void {
    running = false;
    showRunning();
    put().catch(fail);
  }

  function fail(error: Error): void {
    running = false;
    showRunning();
    failure.hidden = false;
    failure.textContent = error.message;
  }

  const root = byId("learning");
  byId("learning-work").replaceChildren(
    html(
      "div",
      { class: "controls" },
      space.node,
      start.node,
      seed.node,
      hardening.node,
      temperature.node,
      weight.node,
      rate.node,
    ),
    html("div", { class: "buttons" }, run, step, again, count),
    failure,
    html(
      "div",
      { class: "lanes" },
      ...lanes.map(({ kind, globe }) => {
        const { label } = tables.losses.find(({ name }) => name === kind)!;
        return html("figure", {}, html("figcaption", {}, label), globe.node);
      }),
    ),
    chartPlace,
    html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Measures" }, table),
  );
  reset();
}
