/// <reference lib="dom" />
import type { TestMap } from "../../engines/training/session.ts";
import { html } from "../frame/dom.ts";

/** A map of the test images as one network sees them. */
export interface EmbeddingMap {
  node: HTMLElement;
  show(map: TestMap, classes: readonly string[], words: string): void;
  clear(): void;
}

const SIDE = 480, MARGIN = 16;

/** Makes a map: a canvas, as there may be hundreds of characters. */
export function createMap(): EmbeddingMap {
  const node = html("canvas", { class: "map", width: SIDE, height: SIDE, role: "img" });
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  let last: [TestMap, readonly string[]] | undefined;

  function draw(): void {
    const pen = node.getContext("2d")!;
    pen.clearRect(0, 0, SIDE, SIDE);
    if (!last) return;
    const [{ x, y, labels }, classes] = last;
    const place = (values: readonly number[]) => {
      const least = Math.min(...values), most = Math.max(...values);
      return (value: number) =>
        MARGIN + (SIDE - 2 * MARGIN) * (most > least ? (value - least) / (most - least) : 0.5);
    };
    const across = place(x), down = place(y);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = "bold 18px sans-serif";
    labels.forEach((label, i) => {
      pen.fillStyle = `hsl(${360 * label / classes.length} 70% ${scheme.matches ? 70 : 36}%)`;
      pen.fillText(classes[label], across(x[i]), down(y[i]));
    });
  }
  scheme.addEventListener("change", draw);
  const clear = () => {
    last = undefined;
    node.setAttribute("aria-label", "No map yet");
    draw();
  };
  clear();
  return {
    node,
    show: (map, classes, words) => {
      last = [map, classes];
      node.setAttribute("aria-label", `${words}: ${map.labels.length} test images by their class`);
      draw();
    },
    clear,
  };
}
