// What can be shown, and what is refused in one line.
import { assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { figures, initBackend } from "@hscl/hscl";
import { claims, live, panels, plot, show, table, trainingProgress } from "../../lib/notebook/mod.ts";

// deno-lint-ignore no-explicit-any
type Any = any;
const title = "One", junk = [undefined, null, 3, "text"] as Any[];
const silent = () => Promise.resolve();

Deno.test("plot refuses what are no traces, and no title", () => {
  for (const traces of [...junk, {}, [3], [null]] as Any[]) {
    assertThrows(
      () => plot(traces, { title }),
      TypeError,
      "Cannot draw a figure as its data must be a list of traces",
    );
  }
  for (const given of junk) {
    if (given === "text") continue;
    assertThrows(
      () => plot([{ y: [1] }], { title: given }),
      TypeError,
      `Cannot show a figure as its title must be text: received ${given}`,
    );
  }
  assertThrows(() => plot([{ y: [1] }], {} as Any), TypeError, "its title must be text: received undefined");
  for (const layout of [null, 3, []] as Any[]) {
    assertThrows(() => plot([], { title, layout }), TypeError, "Cannot use layout as it must be an object");
  }
  for (const height of [0, NaN, "100"] as Any[]) {
    assertThrows(() => plot([], { title, height }), Error, "Cannot use height as it must be");
  }
});

Deno.test("the values of a trace are an array, as plotly draws nothing else", async () => {
  await initBackend({ backend: "cpu" });
  const values: [Any, string][] = [
    [tf.tensor1d([1, 2, 3]), "a tensor [3] of float32"],
    [new Map([[1, 2]]), "Map"],
    [new Set([1]), "Set"],
    [Promise.resolve([1]), "a Promise, whose value await gives"],
    [3, "3"],
    [null, "null"],
  ];
  for (const name of ["x", "y", "z"]) {
    for (const [value, received] of values) {
      const trace = { x: [1], y: [1], [name]: value };
      const message = `Cannot draw a figure as ${name} of trace 1 must be an array: received ${received}`;
      assertThrows(() => plot([{ y: [1] }, trace], { title }), TypeError, message);
      assertThrows(() => panels([{ title, traces: [{}, trace] }], { title }), TypeError, message);
      assertThrows(() => show({ data: [{}, trace], layout: {}, config: {} }), TypeError, message);
      await assertRejects(
        () => figures.figureHtml({ data: [{}, trace], layout: {}, config: {} }, { title }),
        TypeError,
        message,
      );
    }
  }
  // Typed arrays, rows of them, and the form in which plotly's other libraries write arrays.
  plot([{ z: [Float32Array.of(1), [2]] }, { x: undefined, y: { dtype: "i1", bdata: "AQI=" } }], { title });
});

Deno.test("a figure that contains itself is refused in words", () => {
  const circle: Any = { y: [1] };
  circle.marker = { circle };
  const error = assertThrows(
    () => plot([circle], { title }),
    TypeError,
    "Cannot write a figure as it must be plain data: received something that contains itself",
  );
  if ((error as Error).message.includes("\n")) throw error;
});

Deno.test("panels refuses what are no panels", () => {
  for (const given of [...junk, {}] as Any[]) {
    assertThrows(
      () => panels(given, { title }),
      TypeError,
      "Cannot use panels as it must be an array of panels",
    );
  }
  for (const given of junk) {
    assertThrows(() => panels([given], { title }), TypeError, "Cannot use panels[0] as it must be an object");
  }
  assertThrows(() => panels([], { title }), RangeError, "Cannot show panels as there must be at least one");
  assertThrows(
    () => panels([{}] as Any, { title }),
    TypeError,
    "title of a panel must be text: received undefined",
  );
  assertThrows(
    () => panels([{ title }] as Any, { title }),
    TypeError,
    "Cannot use traces of panels[0] as it must be an array of traces: received undefined",
  );
  assertThrows(
    () => panels([{ title, traces: [3] }] as Any, { title }),
    TypeError,
    "must be a list of traces",
  );
  for (const columns of [0, 1.5, "2", null] as Any[]) {
    assertThrows(() => panels([{ title, traces: [] }], { title, columns }), Error, "Cannot use columns as");
  }
});

Deno.test("claims refuses what are no reports", () => {
  for (const given of junk) {
    assertThrows(() => claims(given), TypeError, "Cannot use reports as it must be an object: received");
  }
  for (const given of [...junk, {}, []] as Any[]) {
    const refused = "Cannot show claims as each must be a report of a theory check: received";
    assertThrows(() => claims([given]), TypeError, refused);
    assertThrows(() => claims({ UCL: [given] }), TypeError, refused);
  }
  assertThrows(
    () => claims({ UCL: 3 } as Any),
    TypeError,
    "Cannot use UCL as it must be an array of reports",
  );
});

Deno.test("live and trainingProgress refuse what cannot be shown", async () => {
  for (const given of [...junk, {}] as Any[]) {
    const refused = "Cannot show a value as it must be displayable, such as a table: received";
    await assertRejects(() => live(given, silent), TypeError, refused);
    const view = await live(table([{ a: 1 }]), silent);
    await assertRejects(() => view.update(given), TypeError, refused);
  }
  for (const given of [...junk, {}] as Any[]) {
    await assertRejects(
      () => trainingProgress(given, 1, silent),
      TypeError,
      "Cannot use names as it must be an array",
    );
  }
  await assertRejects(
    () => trainingProgress(["A", 3] as Any, 1, silent),
    TypeError,
    "Cannot use names as each must be text: received 3",
  );
  const progress = await trainingProgress(["A"], 1, silent);
  for (const given of junk) {
    assertThrows(() => progress.of("A")(given), TypeError, "Cannot use step as it must be an object");
  }
});
