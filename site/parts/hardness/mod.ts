/// <reference lib="dom" />
/** Hardness by hand: points on the circle or the sphere, and what the losses and the theory say of them. */
import type { HardnessRequest } from "../../engines/theory/hardness.ts";
import type { Tables } from "../../engines/theory/tables.ts";
import type { TheoryWorks } from "../../engines/theory/works.ts";
import { amount, button, choice } from "../frame/control.ts";
import { byId, html } from "../frame/dom.ts";
import type { Engine } from "../frame/engine.ts";
import { hardeningControl } from "../frame/hardening_control.ts";
import { addressWith, readHash } from "../frame/hash.ts";
import { newestOnly } from "../frame/newest.ts";
import { classLetter, short } from "../frame/words.ts";
import { createField, placeWords } from "./field.ts";
import { legendMark } from "./marks.ts";
import { presets } from "./presets.ts";
import type { Turn } from "./projection.ts";
import { createResults } from "./results.ts";
import { fromQuery, kept, type State, toQuery } from "./state.ts";

const PART = "hardness";
// How a sphere lies at first, in degrees.
const FIRST_TURN: Turn = { turn: 20, tilt: 20 };
const MOST_CLASSES = 6, FEWEST_POINTS = 3;
// What the choice of points says once they are no preset's any more.
const OWN = "own";
// Nobody wants to hear every step of a movement.
const QUIET_MILLISECONDS = 500;

/** Builds the part and keeps it going. */
export function mountHardness(engine: Engine<TheoryWorks>, tables: Tables): void {
  const root = byId(PART), work = byId("hardness-work");
  const kinds = tables.losses.map(({ name }) => name);
  let preset = "outlier", state = startState(2), turn = FIRST_TURN;
  let answer: Parameters<typeof results.show>[0] | undefined,
    drawing = 0,
    speaking: ReturnType<typeof setTimeout> | undefined;

  function startState(dim: 2 | 3): State {
    return {
      ...presets[preset].make(dim),
      dim,
      anchor: preset === "outlier" ? 4 : 0,
      kind: "hscl",
      hardening: { name: "exponential", parameters: { beta: 1 } },
      temperature: 0.5,
      negativeWeight: 1,
    };
  }

  const status = html("p", { class: "for-ears", "aria-live": "polite" });
  const failure = html("p", { class: "failure", role: "alert", hidden: true });
  const field = createField({
    onMove: (index, to) => {
      state.points[index] = kept(to);
      edited();
    },
    onAnchor: (index) => {
      state.anchor = index;
      anchorChoice.set(String(index));
      changed();
    },
    onCurrent: (index) => classOfNew.set(String(state.labels[index])),
    onTurn: (to) => {
      turn = to;
      turnSlider.set(turn.turn);
      tiltSlider.set(turn.tilt);
      redraw();
    },
  });
  const results = createResults(tables);

  const space = choice(
    "Space",
    [{ value: "2", text: "circle" }, { value: "3", text: "sphere" }],
    () => place(),
  );
  const presetChoice = choice(
    "Points",
    [
      ...Object.entries(presets).map(([value, { text }]) => ({ value, text })),
      { value: OWN, text: "your own", hidden: true },
    ],
    (value) => {
      preset = value;
      place();
    },
  );
  const seen = html("p", { class: "seen" });
  const anchorChoice = choice<string>("Anchor", [], (value) => {
    state.anchor = Number(value);
    changed();
  });
  const loss = choice(
    "Loss of weights and gradient",
    tables.losses.map(({ name, label }) => ({ value: name, text: label })),
    (kind) => {
      state.kind = kind;
      changed();
    },
  );
  const hardening = hardeningControl(tables, (settings) => {
    state.hardening = settings;
    changed();
  });
  const temperature = amount(
    "T, the temperature",
    { min: 0.05, max: 2, step: 0.05, most: 10 },
    0.5,
    (value) => {
      state.temperature = value;
      changed();
    },
  );
  const weight = amount(
    "Q, the weight of the negatives",
    { min: 1, max: 200, step: 1, most: 1e6 },
    1,
    (value) => {
      state.negativeWeight = value;
      changed();
    },
  );
  const turnSlider = amount("Turn, in degrees", { min: -360, max: 360, step: 5 }, turn.turn, (value) => {
    turn = { ...turn, turn: value };
    redraw();
  });
  const tiltSlider = amount("Tilt, in degrees", { min: -90, max: 90, step: 5 }, turn.tilt, (value) => {
    turn = { ...turn, tilt: value };
    redraw();
  });
  const turning = html("div", { hidden: true }, turnSlider.node, tiltSlider.node);
  const classOfNew = choice<string>(
    "Class of a new point",
    Array.from({ length: MOST_CLASSES }, (_, label) => ({ value: String(label), text: classLetter(label) })),
    () => {},
  );
  const add = button("Add a point", () => {
    // Beside the point that was last used, so that it can be seen.
    const near = state.points[field.current()];
    state.points.push(
      kept(near.map((value, k) => value + (k === 0 ? -0.2 * near[1] : k === 1 ? 0.2 * near[0] : 0))),
    );
    state.labels.push(Number(classOfNew.get()));
    listAnchors();
    edited();
    field.focus(state.points.length - 1);
  });
  const remove = button("Remove the point", () => {
    if (state.points.length <= FEWEST_POINTS) {
      said.textContent = `${FEWEST_POINTS} points are the fewest.`;
      return;
    }
    const index = field.current();
    state.points.splice(index, 1);
    state.labels.splice(index, 1);
    if (state.anchor >= index && state.anchor > 0) state.anchor--;
    listAnchors();
    edited();
  });
  const link = html("a", { href: "#" }, "Link to these points");
  const copy = button("Copy the link", async () => {
    link.href = addressWith(PART, toQuery(state));
    try {
      await navigator.clipboard.writeText(link.href);
      said.textContent = "The link is copied.";
    } catch {
      said.textContent = "Your browser does not let this page copy. The link itself is beside the button.";
    }
  });
  const said = html("span", { role: "status" });
  const legend = html("p", { class: "legend" });

  /** Puts the preset's points. */
  function place(): void {
    const { kind, hardening, temperature, negativeWeight } = state;
    state = { ...startState(Number(space.get()) as 2 | 3), kind, hardening, temperature, negativeWeight };
    turn = FIRST_TURN;
    showState();
  }

  function listAnchors(): void {
    const select = anchorChoice.node.querySelector("select")!;
    select.replaceChildren(
      ...state.labels.map((label, i) =>
        html("option", { value: i }, `point ${i + 1}, class ${classLetter(label)}`)
      ),
    );
    anchorChoice.set(String(state.anchor));
    const classes = [...new Set(state.labels)].sort((a, b) => a - b);
    legend.replaceChildren(
      ...classes.map((label) => html("span", {}, legendMark(label), ` class ${classLetter(label)}`)),
      html(
        "span",
        {},
        html("span", { class: "ramp", "aria-hidden": "true" }),
        " weight as a negative, light to dark",
      ),
      html("span", {}, "→ where a step against the gradient moves a point"),
    );
  }

  /** Brings all controls to the state. */
  function showState(): void {
    space.set(String(state.dim) as "2" | "3");
    presetChoice.set(preset);
    seen.textContent = presets[preset].seen;
    loss.set(state.kind);
    hardening.set(state.hardening);
    temperature.set(state.temperature);
    weight.set(state.negativeWeight);
    turning.hidden = state.dim === 2;
    turnSlider.set(turn.turn);
    tiltSlider.set(turn.tilt);
    answer = undefined;
    listAnchors();
    changed();
  }

  function redraw(): void {
    if (drawing) return;
    drawing = requestAnimationFrame(() => {
      drawing = 0;
      field.draw(state, turn, answer);
    });
  }

  let newest: State | undefined;
  const compute = newestOnly<{ request: HardnessRequest; of: State }, NonNullable<typeof answer>>(
    ({ request }) => engine.ask("hardness", request),
    (now, { of }) => {
      failure.hidden = true;
      // What was asked of other points than there are now is of no use.
      if (of.points.length !== state.points.length || of.dim !== state.dim) return;
      answer = now;
      results.show(now, of);
      root.dataset.shown = toQuery(of).toString();
      if (of === newest) work.setAttribute("aria-busy", "false");
      redraw();
    },
    (error) => {
      work.setAttribute("aria-busy", "false");
      failure.hidden = false;
      failure.textContent = error.message;
    },
  );

  /** Whatever was said of the preset need not be so any more. */
  function edited(): void {
    presetChoice.set(OWN);
    seen.textContent = "Points of your own.";
    changed();
  }

  function changed(): void {
    redraw();
    said.textContent = "";
    const of = { ...state, points: [...state.points], labels: [...state.labels] };
    const { points, labels, dim, anchor, kind, hardening, temperature, negativeWeight } = of;
    const values = Float64Array.from(points.flat());
    newest = of;
    work.setAttribute("aria-busy", "true");
    compute({ request: { values, dim, labels, anchor, kind, hardening, temperature, negativeWeight }, of });
    clearTimeout(speaking);
    speaking = setTimeout(settled, QUIET_MILLISECONDS);
  }

  /** Once nothing has changed for a moment: the link, and words for screen readers. */
  function settled(): void {
    link.href = addressWith(PART, toQuery(state));
    if (!answer || answer.weights.length !== state.points.length) return;
    const index = field.current(), { assumption1, chain, losses } = answer;
    status.textContent = `Point ${index + 1} at ${placeWords(state.points[index])}` +
      (index === state.anchor ? ", the anchor. " : `, weight ${short(answer.weights[index])}. `) +
      `H-SCL ${short(losses.hscl)}, H-UCL ${short(losses.hucl)}: their order ${chain[2].verdict}. ` +
      `Assumption 1 ${assumption1.atAnchor ? "holds" : "fails"} at the anchor.`;
  }

  function fromAddress(): boolean {
    const query = readHash(PART), found = query && fromQuery(query, kinds);
    if (!found) return false;
    state = found;
    showState();
    presetChoice.set(OWN);
    seen.textContent = "The points of a link.";
    return true;
  }

  work.replaceChildren(
    html(
      "div",
      { class: "stage" },
      field.node,
      legend,
      turning,
      html("div", { class: "buttons" }, classOfNew.node, add, remove),
      html("div", { class: "buttons" }, link, copy, said),
    ),
    html(
      "div",
      { class: "side" },
      html(
        "div",
        { class: "controls" },
        space.node,
        presetChoice.node,
        anchorChoice.node,
        loss.node,
        hardening.node,
        temperature.node,
        weight.node,
      ),
      seen,
      failure,
      results.node,
    ),
    status,
  );
  addEventListener("hashchange", fromAddress);
  if (!fromAddress()) showState();
}
