import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fig8, fig8Caption, type Fig8Rows, summarizeFig8 } from "../../lib/figures/mod.ts";
import { fig8Rows } from "./made_up.ts";
import { assertSnapshot } from "./snapshot.ts";

const measures = { zeroSum: 0.4, unitNorm: 0.4, equalInnerProducts: 0.4, withinClassSpread: 0.4 };
const rows: Fig8Rows = {
  maps: [{ loss: "ucl", x: [0, 1, 2], y: [0, 1, 0], labels: [0, 1, 1] }],
  geometry: [{ loss: "ucl", seed: 0, epoch: 0, ...measures }],
};

Deno.test("fig8: snapshots of rows that support the claim and that do not", async () => {
  for (const story of ["supporting", "contradicting"] as const) {
    await assertSnapshot(`fig8_${story}`, fig8(fig8Rows(story, 2, 3, 20), { method: "UMAP" }));
  }
});

Deno.test("fig8: a class has one legend entry for all maps, a loss one for all curves", () => {
  const { data } = fig8(fig8Rows("supporting", 2, 3, 40), { classNames: ["zero"] });
  const entries = data.filter((trace) => trace.showlegend !== false);
  assertEquals(entries.filter((trace) => trace.legend === undefined).map((trace) => trace.name), [
    "0 zero",
    ..."123456789",
  ]);
  assertEquals(entries.filter((trace) => trace.legend === "legend2").map((trace) => trace.name), [
    "UCL",
    "SCL",
    "H-UCL",
    "H-SCL",
  ]);
  assertEquals(data.filter((trace) => trace.legendgroup === "class 3").length, 4);
});

Deno.test("fig8: without spectra there is no panel for them; rounding errors are not drawn", () => {
  assertEquals(Object.keys(fig8(rows).layout).filter((key) => key.startsWith("xaxis")).length, 5);
  const figure = fig8({ ...rows, spectra: [{ loss: "ucl", seed: 0, logSpectrum: [-1, -2, -16] }] });
  assertEquals(figure.data.at(-1)!.y, [-1, -2]);
});

Deno.test("fig8Caption says for which losses all measures fall, and names those that do not", () => {
  const later = { ...rows.geometry[0], epoch: 5, zeroSum: 0.1, unitNorm: 0.1, equalInnerProducts: 0.1 };
  const seeds = (withinClassSpread: number) =>
    [0, 1].flatMap((seed) => {
      const less = 0.001 * seed, { zeroSum, unitNorm, equalInnerProducts } = later;
      return [{ ...rows.geometry[0], seed }, {
        ...later,
        seed,
        zeroSum: zeroSum - less,
        unitNorm: unitNorm - less,
        equalInnerProducts: equalInnerProducts - less,
        withinClassSpread: withinClassSpread - less,
      }];
    });
  const claim =
    "Training brings the class means nearer to a simplex ETF, where all four measures are 0, from epoch 0 to 5 " +
    "(paired over 2 seeds, 4 intervals together 95 %): ";
  assertEquals(
    fig8Caption({ ...rows, geometry: seeds(0.5) }),
    `${claim}fails for UCL in within-class spread (0.4 to 0.5). The smallest means after the last epoch are zero sum ` +
      "0.1 (UCL), unit norm 0.1 (UCL), equal inner products 0.1 (UCL) and within-class spread 0.5 (UCL). Each map is of one run.",
  );
  assertMatch(fig8Caption({ ...rows, geometry: seeds(0.3) }), /: holds for UCL\. The smallest/);
  assertMatch(
    fig8Caption(fig8Rows("contradicting")),
    /: holds for SCL, H-UCL and H-SCL; fails for UCL in unit norm /,
  );
});

Deno.test("summarizeFig8 takes means over the seeds", () => {
  const other = { ...rows.geometry[0], seed: 1, zeroSum: 0.6 };
  assertEquals(summarizeFig8({ ...rows, geometry: [...rows.geometry, other] })[0].last.zeroSum, 0.5);
});

Deno.test("summarizeFig8 leaves out the untrained encoder where training has two epochs or more", () => {
  const at = (epoch: number, unitNorm: number) => ({ ...rows.geometry[0], epoch, unitNorm });
  const [{ epochs, first, fall }] = summarizeFig8({
    ...rows,
    geometry: [at(0, 0), at(1, 0.5), at(2, 0.3)],
  });
  assertEquals([epochs, first.unitNorm, fall.unitNorm.mean], [[1, 2], 0.5, 0.2]);
  assertEquals(summarizeFig8({ ...rows, geometry: [at(0, 0), at(1, 0.5)] })[0].epochs, [0, 1]);
});

Deno.test("fig8Caption decides by differences paired by seed, all four measures of a loss together", () => {
  // Per seed and measure, where it was and where it is.
  const geometry = (falls: readonly (readonly number[])[]) =>
    falls.flatMap((each, seed) =>
      [0, 1].map((late) => ({
        ...rows.geometry[0],
        seed,
        epoch: 1 + late,
        zeroSum: 0.5 + 0.1 * seed - late * each[0],
        unitNorm: 0.5 - late * each[1],
        equalInnerProducts: 0.5 - late * (0.2 + 0.001 * seed),
        withinClassSpread: 0.5 - late * (0.2 + 0.001 * seed),
      }))
    );
  const caption = (...falls: (readonly number[])[]) => fig8Caption({ ...rows, geometry: geometry(falls) });
  assertMatch(caption([0.2, 0.1], [0.2, 0.101], [0.201, 0.1]), /together 95 %\): holds for UCL\./);
  assertMatch(
    caption([0.2, -0.1], [0.21, -0.1], [0.2, -0.11]),
    /: fails for UCL in unit norm \(0.5 to 0.6\)\./,
  );
  assertMatch(
    caption([0.2, 0.3], [0.21, 0.1], [0.2, 0.01]),
    /: not decided for UCL in unit norm \(0.5 to 0.36\)\./,
  );
  assertMatch(caption([0.2, 0.1]), /: not decided for UCL \(one seed: no interval\)\./);
});

Deno.test("fig8: a class whose name is its number is named once", () => {
  const { data } = fig8(rows, { classNames: ["0", "one"] });
  assertEquals(data.slice(0, 2).map((trace) => trace.name), ["0", "1 one"]);
});

Deno.test("fig8: a class that is called class and its number is named by that", () => {
  const { data } = fig8(rows, { classNames: ["class 0", "class 2"] });
  assertEquals(data.slice(0, 2).map((trace) => trace.name), ["0", "1 class 2"]);
});

Deno.test("fig8: a legend of several lines has room above the maps, which keep their size", () => {
  const of = (classNames: string[]) => {
    const { layout } = fig8(fig8Rows("supporting", 2, 3, 40), { classNames }), { height, margin } = layout;
    const { t, b } = margin as { t: number; b: number };
    return { above: t, panels: height as number - t - b };
  };
  const short = of([]), cifar = "airplane automobile bird cat deer dog frog horse ship truck".split(" ");
  assertEquals(of(cifar), short);
  const long = of(Array.from({ length: 10 }, () => "a rather long name"));
  assertEquals(long.panels, short.panels);
  // 22 characters and a mark: five in a line.
  assertEquals(long.above - short.above, 62);
});

Deno.test("fig8 refuses rows that cannot be drawn", () => {
  const [map] = rows.maps, [row] = rows.geometry;
  const many = Array(2001).fill(0);
  assertThrows(() => fig8({} as Fig8Rows), TypeError, "needs a list of rows: received undefined");
  for (const given of [undefined, null, 3, "rows", []] as unknown as Fig8Rows[]) {
    for (const take of [fig8, fig8Caption, summarizeFig8]) {
      assertThrows(
        () => take(given),
        TypeError,
        "Cannot use rows of Figure 8 as it must be an object: received",
      );
    }
  }
  for (const part of ["x", "y", "labels"]) {
    assertThrows(
      () => fig8({ ...rows, maps: [{ ...map, [part]: undefined }] }),
      TypeError,
      `Cannot use ${part} of the map of ${map.loss} as it must be an array of numbers: received undefined`,
    );
  }
  assertThrows(() => fig8({ ...rows, maps: [] }), RangeError, "the maps of Figure 8");
  assertThrows(() => fig8({ ...rows, maps: [map, map] }), RangeError, "received two of ucl");
  assertThrows(() => fig8({ ...rows, maps: [{ ...map, y: [1] }] }), RangeError, "y of the map of ucl");
  assertThrows(() => fig8({ ...rows, maps: [{ ...map, labels: [0, 1, 0.5] }] }), TypeError, "label of a map");
  assertThrows(
    () => fig8({ ...rows, maps: [{ loss: "ucl", x: many, y: many, labels: many }] }),
    RangeError,
    "at most 2000 points of ucl: received 2001",
  );
  const all = Array.from({ length: 101 }, (_, label) => label);
  assertThrows(
    () => fig8({ ...rows, maps: [{ loss: "ucl", x: all, y: all, labels: all }] }),
    RangeError,
    "at most 100 classes: received 101",
  );
  assertThrows(() => fig8({ ...rows, geometry: [] }), RangeError, "the geometry of Figure 8");
  assertThrows(
    () => fig8({ ...rows, geometry: [row, row] }),
    RangeError,
    "received two of ucl, seed 0, epoch 0",
  );
  assertThrows(() => fig8({ ...rows, geometry: [{ ...row, zeroSum: -1 }] }), RangeError, "zeroSum of a row");
});

Deno.test("fig8: many classes have no legend; their short names are on the maps, long ones are numbers there", () => {
  const labels = Array.from({ length: 62 }, (_, label) => label), rows = fig8Rows("supporting", 1, 1, 1);
  const maps = rows.maps.map(({ loss }) => ({ loss, x: labels, y: labels, labels }));
  const marksOf = (classNames: string[]) => {
    const { data, layout } = fig8({ ...rows, maps }, { classNames });
    assertEquals(
      data.filter((trace) => String(trace.legendgroup).startsWith("class") && trace.showlegend !== false),
      [],
    );
    return (layout.annotations as { text: string }[]).map(({ text }) => text);
  };
  const short = marksOf(labels.map((label) => `<${label % 10}`));
  assert(short.includes("<b>&lt;3</b>") && !short.includes("<b>3</b>"));
  const long = marksOf(labels.map((label) => `species ${label}`));
  assert(long.includes("<b>61</b>"));
});
