/**
 * What runs inside the pages that browse.ts opens. Plain JavaScript, as Deno's types do not know a page's document.
 */

/** The paths of a figure, its texts smaller than 14 px, and those that reach beyond it. */
export function inspectFigure() {
  const figure = document.getElementById("figure").getBoundingClientRect();
  const texts = [...document.querySelectorAll("#figure svg text")]
    .filter((text) => text.textContent !== "" && text.getBoundingClientRect().width > 0);
  const cut = (text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    return left < figure.left || right > figure.right || top < figure.top || bottom > figure.bottom;
  };
  return {
    paths: document.querySelectorAll("#figure svg path").length,
    smallTexts: texts.filter((text) => parseFloat(getComputedStyle(text).fontSize) < 14).map((text) =>
      text.textContent
    ),
    cutTexts: texts.filter(cut).map((text) => text.textContent),
  };
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
  };
}

/** Whether another number of traces than `drawn` is drawn. */
export function changed(drawn) {
  return document.querySelectorAll("#figure .scatterlayer .trace").length !== drawn;
}
