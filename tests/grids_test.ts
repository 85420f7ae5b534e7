import { assert, assertEquals } from "@std/assert";
import { sampled } from "./grids.ts";

const grid = [1, 2, 3, 4].flatMap((a) =>
  ["x", "y", undefined].flatMap((b) =>
    [true, false].flatMap((c) => [0, 1, 2, 3, 4].map((d) => ({ a, b, c, d })))
  )
).filter(({ a, c }) => !(a === 4 && c)); // what does not go together
const options = ({ a, b, c, d }: typeof grid[number]) => [a, b, c, d];

Deno.test("a sample is the same each time, in order, and meets every two values that meet in the grid", () => {
  const sample = sampled(grid, options);
  assertEquals(sampled(grid, options), sample);
  assertEquals(sample, grid.filter((one) => sample.includes(one)));
  assert(sample.length >= 20 && sample.length < grid.length / 2, `${sample.length} of ${grid.length}`);
  for (const one of grid) {
    const values = options(one);
    for (let i = 0; i < values.length; i++) {
      for (let j = 0; j < values.length; j++) {
        const meets = (other: typeof one) =>
          options(other)[i] === values[i] && options(other)[j] === values[j];
        assert(sample.some(meets), `${values[i]} of option ${i} with ${values[j]} of option ${j}`);
      }
    }
  }
});

Deno.test("a sample of single values meets each of them, with fewer cases", () => {
  const sample = sampled(grid, options, 1);
  assert(sample.length < sampled(grid, options).length, `${sample.length}`);
  for (let i = 0; i < 4; i++) {
    assertEquals(new Set(sample.map((one) => options(one)[i])), new Set(grid.map((one) => options(one)[i])));
  }
});

Deno.test("a wrong HSCL_TEST is an error, not a sample", async () => {
  const { code, stderr } = await new Deno.Command("deno", {
    args: ["run", "-q", "--no-prompt", "--allow-env", new URL("./grids.ts", import.meta.url).pathname],
    env: { HSCL_TEST: "ALL", NO_COLOR: "1" },
  }).output();
  assertEquals(code, 1);
  assert(new TextDecoder().decode(stderr).includes('HSCL_TEST must be "all" or not set: received "ALL"'));
});
