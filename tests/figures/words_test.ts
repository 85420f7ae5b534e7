import { assertEquals } from "@std/assert";
import { paddedRange } from "../../lib/figures/curves.ts";
import { extent } from "../../lib/figures/rows.ts";
import { count, digits, epochs, list, percent, points, shares, span } from "../../lib/figures/words.ts";

Deno.test("words: lists, counts and numbers as captions write them", () => {
  assertEquals([list(["a"]), list(["a", "b"]), list([1, 2, 3])], ["a", "a and b", "1, 2 and 3"]);
  assertEquals([count(1, "seed"), count(0, "seed")], ["1 seed", "0 seeds"]);
  assertEquals([digits(0.012345), digits(-2.5), digits(1234.6, 2)], ["0.0123", "−2.5", "1200"]);
  assertEquals([span(1, 1), span("2", "5")], ["1", "2–5"]);
  assertEquals(percent({ mean: 0.9531, halfWidth: 0.0018, count: 3 }), "95.31 ± 0.18 %");
  assertEquals(points({ mean: -0.005, halfWidth: NaN, count: 1 }), "−0.50 points");
  assertEquals(points({ mean: -1e-17, halfWidth: 0.01, count: 2 }), "0.00 ± 1.00 points");
});

Deno.test("epochs: neighbours among those that have rows make a range", () => {
  assertEquals(epochs([3], [0, 3, 6]), "epoch 3");
  assertEquals(epochs([0, 5, 10, 20], [0, 5, 10, 15, 20]), "epochs 0–10 and 20");
});

Deno.test("shares: only all is 100 %", () => {
  assertEquals(shares([1]), "100.0 %");
  assertEquals(shares([0.99999]), ">99.9 %");
  assertEquals(shares([0.5, 0.97, 0.2]), "20.0–97.0 %");
});

Deno.test("ranges are of any number of values", () => {
  const many = Array.from({ length: 500_000 }, (_, i) => i / 500_000);
  assertEquals(extent(many), [0, many.at(-1)]);
  assertEquals(shares(many), "0.0–>99.9 %");
  assertEquals(paddedRange(many).map((end) => Math.round(100 * end)), [-8, 108]);
});
