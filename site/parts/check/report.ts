/// <reference lib="dom" />
import type { CheckAnswer, CheckRequest } from "../../engines/theory/check.ts";
import { html } from "../frame/dom.ts";

/** What is said of two files. */
export interface Report {
  node: HTMLElement;
  show(answer: CheckAnswer, request: CheckRequest): void;
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Makes the report, still empty. */
export function createReport(): Report {
  const node = html("div", { class: "report", tabindex: -1 });
  return {
    node,
    show: ({ count, dim, classes, products, sentences, tables, claims }, { temperature, negativeWeight }) => {
      const rules = new Set(sentences.flatMap(({ rule }) => rule === "" ? [] : [rule]));
      node.dataset.claims = JSON.stringify(claims);
      node.replaceChildren(
        html(
          "p",
          {},
          `${plural(count, "embedding")} of ${
            plural(dim, "dimension")
          } in ${classes} classes; T = ${temperature}, Q = ${negativeWeight}, ${products} products.`,
        ),
        html("ul", { class: "sentences" }, ...sentences.map(sentenceNode)),
        html(
          "details",
          {},
          html("summary", {}, "By which rules"),
          ...Array.from(rules, (rule) => html("p", { class: "note" }, rule)),
        ),
        ...tables.flatMap(({ title, note, table }) => [
          tableNode(title, table),
          ...(note === "" ? [] : [html("p", { class: "note" }, note)]),
        ]),
      );
    },
  };
}

function sentenceNode({ verdict, sentence }: CheckAnswer["sentences"][number]): HTMLElement {
  const mark = verdict === undefined
    ? []
    : [html("strong", { class: `verdict ${verdict.split(" ")[0]}` }, verdict), " – "];
  return html("li", {}, ...mark, html("span", {}, sentence));
}

function tableNode(caption: string, [heads, ...rows]: string[][]): HTMLElement {
  return html(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    html(
      "table",
      {},
      html("caption", {}, caption),
      html("thead", {}, html("tr", {}, ...heads.map((head) => html(head === "" ? "td" : "th", {}, head)))),
      html(
        "tbody",
        {},
        ...rows.map((cells) => html("tr", {}, ...cells.map((cell) => html("td", {}, cell)))),
      ),
    ),
  );
}
