/// <reference lib="dom" />
import type { CheckAnswer, CheckedClaim, CheckRequest } from "../../engines/theory/check.ts";
import type { Tables } from "../../engines/theory/tables.ts";
import { html } from "../frame/dom.ts";
import { percent, short } from "../frame/words.ts";

/** What is said of two files. */
export interface Report {
  node: HTMLElement;
  show(answer: CheckAnswer, request: CheckRequest): void;
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Makes the report, still empty. */
export function createReport({ losses }: Tables): Report {
  const node = html("div", { class: "report", tabindex: -1 });
  const labelOf = (name: string) => losses.find((loss) => loss.name === name)!.label;
  return {
    node,
    show: (answer, { temperature, negativeWeight }) => {
      const { count, dim, classes, products, hardening, claims, convergence, geometry } = answer;
      node.replaceChildren(
        html(
          "p",
          {},
          `${plural(count, "embedding")} of ${
            plural(dim, "dimension")
          } in ${classes} classes; T = ${temperature}, ` +
            `Q = ${negativeWeight}, ${hardening}, ${products} products.`,
        ),
        html("ul", { class: "sentences" }, ...claims.map((claim) => sentence(claim, hardening))),
        table(
          "Claims",
          ["claim", "statement", "left", "right", "gap (of the distribution)", "anchors", "verdict"],
          claims.map((claim) => [
            claim.claim,
            claim.statement,
            short(claim.lower),
            short(claim.upper),
            withInterval(claim.gap),
            `${percent(claim.share)}${
              claim.undefinedAnchors > 0 ? ` (${claim.undefinedAnchors} undefined)` : ""
            }`,
            claim.verdict,
          ]),
        ),
        html(
          "p",
          { class: "note" },
          "Left, right, gap, anchors and verdict are exact, on these embeddings; in brackets is the 95 % interval of the " +
            "gap for the distribution that they were drawn from, by leaving out one embedding at a time.",
        ),
        table("Losses", losses.map(({ label }) => label), [
          losses.map(({ name }) => short(answer.losses[name])),
        ]),
        table(
          "The limit of many negatives: the gap to L_∞ falls as 1/k where the slope on k is −1",
          ["loss", "slope", "verdict"],
          convergence.map(({ loss, slope, verdict }) => [labelOf(loss), withInterval(slope), verdict]),
        ),
        html(
          "p",
          {},
          `Distance from a simplex of class means: zero sum ${short(geometry.zeroSum)}, unit norm ${
            short(geometry.unitNorm)
          }, equal inner products ${short(geometry.equalInnerProducts)}, spread within classes ${
            short(geometry.withinClassSpread)
          }.`,
        ),
      );
      claims.forEach((claim, i) => {
        const row = node.querySelectorAll<HTMLElement>("tbody tr")[i];
        row.dataset.claim = JSON.stringify([claim.lower, claim.upper, claim.gap.mean, claim.share]);
      });
    },
  };
}

/** A claim in a sentence. */
function sentence({ claim, statement, share, verdict }: CheckedClaim, hardening: string): HTMLElement {
  const where = verdict === "undefined" ? "says nothing of any anchor" : `${percent(share)} of the anchors`;
  return html(
    "li",
    {},
    `${claim} (${statement}) `,
    html("strong", { class: `verdict ${verdict.split(" ")[0]}` }, verdict),
    verdict === "undefined" ? `: it ${where}.` : `: at ${where}, with ${hardening}.`,
  );
}

function withInterval({ mean, low, high }: { mean: number; low: number; high: number }): string {
  return `${short(mean)} (${short(low)} … ${short(high)})`;
}

function table(caption: string, heads: string[], rows: string[][]): HTMLElement {
  return html(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    html(
      "table",
      {},
      html("caption", {}, caption),
      html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))),
      html(
        "tbody",
        {},
        ...rows.map((cells) => html("tr", {}, ...cells.map((cell) => html("td", {}, cell)))),
      ),
    ),
  );
}
