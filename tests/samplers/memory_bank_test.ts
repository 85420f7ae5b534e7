import { assertEquals, assertThrows } from "@std/assert";
import { MemoryBank, Random } from "@hscl/hscl";

Deno.test("it holds the last ones, first in first out, whatever the sizes of the batches", () => {
  const random = new Random(0).child("bank"), dim = 3;
  for (const capacity of [1, 2, 5, 8]) {
    const bank = new MemoryBank({ capacity, dim }), all: number[] = [];
    assertEquals([bank.size, bank.capacity, bank.dim], [0, capacity, dim]);
    for (let step = 0; step < 60; step++) {
      const labels = Array.from({ length: random.integer(2 * capacity + 2) }, (_, i) => 100 * step + i);
      bank.push(Float32Array.from(labels.flatMap((label) => [label, label + 0.25, -label])), labels);
      all.push(...labels);
      const expected = all.slice(-capacity), { embeddings, labels: kept } = bank.read();
      assertEquals(bank.size, expected.length);
      assertEquals(Array.from(kept), expected);
      assertEquals(
        Array.from(embeddings),
        expected.flatMap((label) => [label, label + 0.25, label === 0 ? -0 : -label]),
      );
      const view = bank.view();
      assertEquals(Array.from(view.labels).sort((a, b) => a - b), expected);
      assertEquals(
        Array.from(view.labels),
        Array.from(view.labels.keys(), (row) => view.embeddings[row * dim]),
      );
    }
  }
});

Deno.test("what is read is a copy, what is viewed is not", () => {
  const bank = new MemoryBank({ capacity: 2, dim: 1 });
  bank.push(Float32Array.of(1, 2), [1, 2]);
  const copy = bank.read(), view = bank.view();
  bank.push(Float32Array.of(3), [3]);
  assertEquals([copy.embeddings.join(), view.embeddings.join()], ["1,2", "3,2"]);
  bank.clear();
  assertEquals([bank.size, bank.read().labels.length], [0, 0]);
  bank.push(Float32Array.of(4), [4]);
  assertEquals(bank.read().embeddings.join(), "4");
});

Deno.test("what does not fit is refused and changes nothing", () => {
  const bank = new MemoryBank({ capacity: 3, dim: 2 });
  bank.push(Float32Array.of(1, 2), [-7]);
  assertThrows(() => bank.push(Float32Array.of(1, 2, 3), [1]), RangeError, "embeddings");
  assertThrows(() => bank.push(Float32Array.of(1, 2, 3, NaN), [1, 2]), RangeError, "received NaN in row 1");
  assertThrows(() => bank.push(Float32Array.of(1, 2), [0.5]), TypeError, "labels");
  assertThrows(() => bank.push(Float32Array.of(1, 2), [2 ** 31]), RangeError, "labels");
  assertEquals([bank.read().embeddings.join(), bank.read().labels.join()], ["1,2", "-7"]);
  assertThrows(() => new MemoryBank({ capacity: 0, dim: 1 }), RangeError, "capacity");
  assertThrows(() => new MemoryBank({ capacity: 1, dim: 1.5 }), TypeError, "dim");
});
