/// <reference lib="dom" />
import type { NegativeKind } from "@hscl/hscl";
import type { Claim, HardnessAnswer } from "../../engines/theory/hardness.ts";
import type { Tables } from "../../engines/theory/tables.ts";
import { html } from "../frame/dom.ts";
import { classLetter, percent, short } from "../frame/words.ts";
import type { State } from "./state.ts";

/** The numbers beside the field. */
export interface Results {
  node: HTMLElement;
  show(answer: HardnessAnswer, state: State): void;
}

/** Words of a claim at the anchor. */
export function atAnchorWords({ atAnchor }: Claim): string {
  return atAnchor === undefined ? "undefined" : atAnchor ? "holds" : "fails";
}

/** A bar with its number. */
function bar(kind: NegativeKind): { cell: HTMLElement; show(value: number, most: number): void } {
  const fill = html("div", { class: `bar ${kind}` }), number = html("span", { class: "number" });
  const cell = html("td", { class: "bars" }, html("div", { class: "track" }, fill), number);
  return {
    cell,
    show: (value, most) => {
      fill.style.width = `${most > 0 && Number.isFinite(value) ? 100 * value / most : 0}%`;
      number.textContent = short(value);
      cell.dataset.value = String(value);
    },
  };
}

interface Row {
  node: HTMLElement;
  show(claim: Claim): void;
}

/** A row of a claim, at the anchor and of all. */
function claimRow(name: string, where: string, words: string): Row {
  const here = html("td", {}), all = html("td", {}), statement = html("span", { class: "statement" });
  const node = html(
    "tr",
    {},
    html("th", { scope: "row" }, name, html("br"), statement, ` ${words}`),
    here,
    all,
  );
  node.dataset.claim = where;
  return {
    node,
    show: (claim) => {
      statement.textContent = claim.statement;
      show(here, atAnchorWords(claim), "");
      show(all, claim.verdict, ` (${percent(claim.share)} of ${claim.anchors} anchors)`);
    },
  };
}

function show(cell: HTMLElement, verdict: string, more: string): void {
  cell.replaceChildren(html("strong", { class: `verdict ${verdict.split(" ")[0]}` }, verdict), more);
}

/** Makes the numbers. */
export function createResults({ losses }: Tables): Results {
  const bars = new Map(losses.map(({ name }) => [name, bar(name)]));
  const lossTable = html(
    "table",
    { class: "losses" },
    html("caption", {}, "The four losses, k → ∞ negatives (section 3 of the paper)"),
    ...losses.map(({ name, label }) =>
      html("tr", {}, html("th", { scope: "row" }, label), bars.get(name)!.cell)
    ),
  );
  const labelOf = (name: NegativeKind) => losses.find((loss) => loss.name === name)!.label;
  const links = ([["ucl", "hucl"], ["scl", "hscl"], ["hscl", "hucl"]] as const).map(([lower, upper], i) => {
    const sides = [lower, upper].map((name) => ({ name, label: labelOf(name), bar: bar(name) }));
    const law = i < 2
      ? "Harris’ inequality: true of every representation"
      : "Theorem 1: if Assumption 1 holds";
    const verdict = html("div", {});
    const node = html(
      "tbody",
      {},
      html(
        "tr",
        {},
        html("th", { scope: "row" }, sides[0].label),
        sides[0].bar.cell,
        html("td", { rowspan: 2, class: "law" }, verdict, law),
      ),
      html("tr", {}, html("th", { scope: "row" }, `≤ ${sides[1].label}`), sides[1].bar.cell),
    );
    node.dataset.chain = `${lower}-${upper}`;
    return { node, sides, verdict };
  });
  const chainTable = html(
    "table",
    { class: "chain" },
    html("caption", {}, "The chain: UCL ≤ H-UCL, SCL ≤ H-SCL, H-SCL ≤ H-UCL"),
    ...links.map(({ node }) => node),
  );
  const rows = [
    claimRow("Assumption 1", "assumption1", "the own class is closer than the hard negatives"),
    claimRow("Theorem 2, if", "premise", "the hard negatives are closer than a random sample"),
    claimRow("Theorem 2, then", "conclusion", "making UCL small cannot make H-SCL small"),
  ];
  const claimTable = html(
    "table",
    { class: "claims" },
    html("caption", {}, "What the theorems ask for"),
    html(
      "tr",
      {},
      html("td", {}),
      html("th", { scope: "col" }, "at the anchor"),
      html("th", { scope: "col" }, "at all"),
    ),
    ...rows.map(({ node }) => node),
  );
  const means = html("p", { class: "means" });
  const body = html("tbody", {});
  const weights = html(
    "details",
    {},
    html("summary", {}, "The weights as a table"),
    html(
      "table",
      { class: "weights" },
      html(
        "thead",
        {},
        html(
          "tr",
          {},
          ...["point", "class", "weight", "|gradient|"].map((text) => html("th", { scope: "col" }, text)),
        ),
      ),
      body,
    ),
  );
  let last: [HardnessAnswer, State] | undefined;
  weights.addEventListener("toggle", () => last && showWeights(...last));

  function showWeights(answer: HardnessAnswer, { points, labels, dim, anchor }: State): void {
    if (!weights.open) return;
    body.replaceChildren(...points.map((_, i) => {
      const slope = answer.gradient.subarray(i * dim, (i + 1) * dim);
      const weight = html("td", {}, i === anchor ? "the anchor" : short(answer.weights[i]));
      weight.dataset.weight = String(answer.weights[i]);
      const size = html("td", {}, short(Math.hypot(...slope)));
      size.dataset.gradient = Array.from(slope).join(",");
      return html(
        "tr",
        {},
        html("th", { scope: "row" }, String(i + 1)),
        html("td", {}, classLetter(labels[i])),
        weight,
        size,
      );
    }));
  }

  return {
    node: html("div", { class: "results" }, lossTable, chainTable, claimTable, means, weights),
    show: (answer, state) => {
      last = [answer, state];
      const most = Math.max(...Object.values(answer.losses).filter(Number.isFinite), 0);
      for (const { name } of losses) bars.get(name)!.show(answer.losses[name], most);
      links.forEach(({ sides, verdict: place }, i) => {
        const { lower, upper, verdict, share } = answer.chain[i];
        sides[0].bar.show(lower, most);
        sides[1].bar.show(upper, most);
        const more = verdict === "holds on average" ? ` (at ${percent(share)} of the anchors)` : "";
        show(place, verdict, more);
      });
      rows[0].show(answer.assumption1);
      answer.theorem2.forEach((claim, i) => rows[1 + i].show(claim));
      const { hSame, hDiff, hAll, g } = answer.means;
      means.textContent =
        `At the anchor, with g = exp(cosine/T): h_same = ${short(hSame)}, h_diff = ${short(hDiff)}, ` +
        `h_all = ${short(hAll)}, E[g] = ${short(g)}.`;
      showWeights(answer, state);
    },
  };
}
