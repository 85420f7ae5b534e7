/// <reference lib="dom" />
import type { NegativeKind } from "@hscl/hscl";
import type { Standing, TestMap } from "../../engines/training/session.ts";
import { html } from "../frame/dom.ts";
import { short } from "../frame/words.ts";
import { createMap } from "./map.ts";

/** What is shown of one training. */
export interface Card {
  node: HTMLElement;
  standing(standing: Standing): void;
  /** Says what goes on besides steps, or that something failed. */
  say(words: string): void;
  /** Says what makes it pointless. */
  warn(words: string): void;
  map(map: TestMap, classes: readonly string[], epoch: number): void;
  clear(): void;
}

/** Makes the card of a loss. */
export function createCard({ name, label }: { name: NegativeKind; label: string }): Card {
  const bar = html("progress", { value: 0, max: 1, "aria-label": `Progress of ${label}` });
  const words = html("p", { class: "standing" }), map = createMap();
  const caption = html("p", { class: "map-words" }), warning = html("p", { class: "failure", hidden: true });
  const node = html(
    "article",
    { class: `card ${name}` },
    html("h3", {}, label),
    bar,
    words,
    warning,
    map.node,
    caption,
  );
  node.dataset.loss = name;
  return {
    node,
    standing: ({ epoch, step, stepsPerEpoch, loss, imagesPerSecond, done }) => {
      bar.value = stepsPerEpoch > 0 && epoch > 0 ? step / stepsPerEpoch : 0;
      const rate = Number.isNaN(imagesPerSecond) ? "" : `, ${Math.round(imagesPerSecond)} images/s`;
      words.textContent = epoch === 0
        ? "before the first step"
        : `${done ? "done: " : ""}epoch ${epoch}, step ${step} of ${stepsPerEpoch}, loss ${
          short(loss)
        }${rate}`;
      node.dataset.step = `${epoch}/${step}`;
      node.dataset.done = String(done);
    },
    say: (text) => void (words.textContent = text),
    warn: (text) => {
      warning.hidden = false;
      warning.textContent = text;
    },
    map: (points, classes, epoch) => {
      const after = epoch === 0 ? "before training" : `after epoch ${epoch}`;
      map.show(points, classes, `Map of the embeddings of ${label} ${after}`);
      caption.textContent = `UMAP of ${points.labels.length} test images, ${after}`;
      node.dataset.mapped = String(epoch);
    },
    clear: () => {
      bar.value = 0;
      words.textContent = "";
      caption.textContent = "";
      warning.hidden = true;
      map.clear();
      for (const key of ["step", "done", "mapped"]) delete node.dataset[key];
    },
  };
}
