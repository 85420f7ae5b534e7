/**
 * What runs inside the pages that browse.ts opens. Plain JavaScript, as Deno's types do not know a page's document.
 */

/** What can be seen of a figure: see FigureLooks in browse.ts. */
export function inspectFigure() {
  const figure = document.getElementById("figure").getBoundingClientRect();
  const texts = [...document.querySelectorAll("#figure svg text")].flatMap((text) => {
    const lines = [...text.querySelectorAll("tspan.line")];
    return lines.length > 0 ? lines : [text];
  }).map((line) => ({
    text: line.textContent,
    size: parseFloat(getComputedStyle(line).fontSize),
    // What is beyond the frame of a legend is not drawn.
    frame: line.closest(".legend, .legend2")?.querySelector(".bg").getBoundingClientRect() ?? figure,
    box: line.getBoundingClientRect(),
  })).filter(({ text, box }) => text !== "" && box.width > 0);
  const panels = [...document.querySelectorAll("#figure .nsewdrag")].map((each) =>
    each.getBoundingClientRect()
  );
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  // The box of a text can be a pixel larger than its letters.
  const cut = ({ box, frame }) =>
    box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top ||
    box.bottom > frame.bottom;
  // Texts among the points of a panel may lie on each other.
  const outside = texts.filter(({ box }) => !panels.some((panel) => meet(panel, box)));
  return {
    paths: document.querySelectorAll("#figure svg path").length,
    smallTexts: texts.filter(({ size }) => size < 14).map(({ text }) => text),
    cutTexts: texts.filter(cut).map(({ text }) => text),
    overlaps: outside.flatMap((a, index) =>
      outside.slice(index + 1).filter((b) => meet(a.box, b.box)).map((b) => `${a.text} / ${b.text}`)
    ),
    panels: panels.map(({ width }) => width),
    overflows: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  };
}

/** Whether plotly, which follows the window a moment later, has drawn the figure as wide as its place. */
export function fits() {
  const figure = document.getElementById("figure"), svg = figure.querySelector(".main-svg");
  return Math.abs(svg.getBoundingClientRect().width - figure.clientWidth) < 1;
}

/** Makes the browser one that cannot unpack. */
export function removeUnpacking() {
  delete globalThis.DecompressionStream;
}

/** What stands in place of the figure. */
export function figureText() {
  return document.getElementById("figure").innerText;
}

/** Whether the panels are under each other. */
export function stacked() {
  return document.getElementById("figure").layout.dragmode === false;
}

/** The middle of the first point, or of the heat map. */
export function placeToHover() {
  const mark = document.querySelector("#figure .heatmaplayer image, #figure .scatterlayer .points path");
  const { left, top, width, height } = mark.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

/** The groups that are hidden as a whole, and how many traces are drawn. */
export function legendState() {
  const { data } = document.getElementById("figure");
  const groups = (traces) => new Set(traces.map((trace) => String(trace.legendgroup)));
  const shown = groups(data.filter((trace) => trace.visible !== "legendonly"));
  const hidden = groups(data.filter((trace) => trace.visible === "legendonly"));
  return {
    hidden: [...hidden].filter((group) => !shown.has(group)),
    drawn: document.querySelectorAll("#figure .scatterlayer .trace").length,
  };
}

/** Pictures, captions and width of a gallery. */
export function inspectGallery() {
  return {
    pictures: [...document.querySelectorAll("img")].map((image) => image.naturalWidth),
    captions: [...document.querySelectorAll("figcaption p:first-child")].map((each) => each.textContent),
    overflows: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    widths: [...document.querySelectorAll("img")].map((image) => image.width),
  };
}

/** Whether another number of traces than `drawn` is drawn. */
export function changed(drawn) {
  return document.querySelectorAll("#figure .scatterlayer .trace").length !== drawn;
}
