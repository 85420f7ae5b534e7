// Runs inside of the page, where tests look at what a person sees.

/** What the first part shows; its table of weights has to be open. */
export function readHardness() {
  const root = document.querySelector("#hardness");
  const values = (selector) =>
    [...root.querySelectorAll(selector)].map(({ dataset }) => Number(dataset.value));
  return {
    shown: root.dataset.shown,
    losses: values(".losses td"),
    chain: [...root.querySelectorAll("[data-chain]")].map((part) => ({
      sides: [...part.querySelectorAll("td[data-value]")].map(({ dataset }) => Number(dataset.value)),
      verdict: part.querySelector(".verdict").textContent,
    })),
    claims: [...root.querySelectorAll("[data-claim]")].map((row) => ({
      claim: row.dataset.claim,
      words: [...row.querySelectorAll(".verdict")].map(({ textContent }) => textContent),
    })),
    weights: [...root.querySelectorAll("[data-weight]")].map(({ dataset }) => Number(dataset.weight)),
    gradient: [...root.querySelectorAll("[data-gradient]")].flatMap(({ dataset }) =>
      dataset.gradient.split(",").map(Number)
    ),
    dots: root.querySelectorAll("[data-point]").length,
    arrows: Number(root.querySelector(".arrows").dataset.count),
    link: root.querySelector(".buttons a").href,
    status: root.querySelector("[aria-live]").textContent,
    preset: root.querySelectorAll(".controls select")[1].selectedOptions[0].textContent,
    words: root.querySelector(".seen").textContent,
    said: root.querySelector(".buttons [role=status]").textContent,
  };
}

/** What the second part shows. */
export function readLearning() {
  const root = document.querySelector("#learning");
  return {
    steps: Number(root.dataset.steps),
    values: [...root.querySelectorAll("tbody tr")].map((row) =>
      [...row.querySelectorAll("td")].map(({ dataset }) => Number(dataset.value))
    ),
    curves: root.querySelectorAll(".chart .scatterlayer .trace").length,
    words: [...root.querySelectorAll(".globe")].map((globe) => globe.getAttribute("aria-label")),
    places: [...root.querySelectorAll(".globe")].map((globe) =>
      [...globe.querySelectorAll(".mark")].map((mark) => mark.getAttribute("transform")).join()
    ),
  };
}

/** What the part on own embeddings shows. */
export function readCheck() {
  const root = document.querySelector("#check");
  return {
    claims: JSON.parse(root.querySelector(".report").dataset.claims ?? "[]"),
    sentences: [...root.querySelectorAll(".sentences li span")].map(({ textContent }) => textContent),
    verdicts: [...root.querySelectorAll(".sentences .verdict")].map(({ textContent }) => textContent),
    tables: [...root.querySelectorAll(".report table")].map(({ caption, rows }) => ({
      title: caption.textContent,
      table: [...rows].map(({ cells }) => [...cells].map(({ textContent }) => textContent)),
    })),
    failure: root.querySelector(".failure").hidden ? "" : root.querySelector(".failure").textContent,
    status: root.querySelector("[role=status]").textContent,
  };
}

/** Keeps what the bar of the part on own embeddings shows. */
export function watchBar() {
  const bar = document.querySelector("#check progress"), shown = globalThis.shown = [];
  new MutationObserver(() => shown.push(bar.value)).observe(bar, { attributeFilter: ["value"] });
}

/** What it has shown. */
export function readBar() {
  return globalThis.shown;
}

/** What the gallery shows. */
export function readGallery() {
  return [...document.querySelectorAll("#gallery figure")].map((figure) => ({
    title: figure.querySelector("h3").textContent,
    caption: figure.querySelector("figcaption p").textContent,
    width: figure.querySelector("img").naturalWidth,
    large: figure.querySelector("a").getAttribute("href"),
  }));
}

/** Things that are wider than the window, and texts smaller than 14 px. */
export function misfits() {
  const width = document.documentElement.clientWidth;
  const scrolls = (node) => node.closest(".scroll, .for-ears, .skip") !== null;
  const wide = [...document.querySelectorAll("body *")].filter((node) =>
    !scrolls(node) && node.getBoundingClientRect().right > width + 1
  );
  const small = [...document.querySelectorAll("main *, header *")].filter((node) =>
    [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim() !== "") &&
    !node.closest("sub, sup, svg") && parseFloat(getComputedStyle(node).fontSize) < 14
  );
  const name = (node) => `${node.tagName}.${node.getAttribute("class")} ${node.textContent.slice(0, 40)}`;
  return {
    scroll: document.documentElement.scrollWidth > width,
    wide: wide.map(name),
    small: small.map(name),
  };
}

/** Runs axe-core, which has to be in the page. */
export async function violations() {
  const { violations } = await globalThis.axe.run(document, {
    preload: false,
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`)
  );
}

/** What the third part shows. */
export function readTraining() {
  const root = document.querySelector("#training");
  const cards = [...root.querySelectorAll(".card")].filter(({ hidden }) => !hidden);
  return {
    cards: Object.fromEntries(
      cards.map(({ dataset: { loss, step, done, mapped } }) => [loss, { step, done, mapped }]),
    ),
    words: cards.map((card) => card.querySelector(".standing").textContent),
    maps: cards.map((card) => card.querySelector("canvas").getAttribute("aria-label")),
    rows: [...root.querySelectorAll("tbody tr")].map((
      { dataset: { loss, epoch, classMean, top1, mean } },
    ) => ({
      loss,
      epoch: Number(epoch),
      classMean: Number(classMean),
      top1: Number(top1),
      mean: Number(mean),
    })),
    points: [...root.querySelectorAll(".curves")].map((chart) => chart.querySelectorAll(".dot-of").length),
    status: root.querySelector("[role=status]").textContent,
    command: root.querySelector(".seen").textContent,
    failure: root.querySelector(".failure").textContent,
  };
}
