import { assert, assertEquals, assertRejects } from "@std/assert";
import { type BlockWork, eachBlock } from "../../lib/core/workers/each_block.ts";
import { mayLoad } from "../../lib/core/workers/may_load.ts";
import { limitThreads, threadsFor } from "../../lib/core/workers/threads.ts";
import { type Addition, addTo } from "./workers/count.ts";

const countWorker = () => new URL("./workers/count_worker.ts", import.meta.url);

/** Seven blocks, counting how often their computation starts on this thread, and the blocks that are lent at a time. */
function work(threads: number, setup: Addition, module = countWorker) {
  const seen = { here: 0, lent: 0, mostLent: 0, started: 0 };
  const blocks: BlockWork<Addition, number, number> = {
    blocks: 7,
    threads,
    blockAt: async (index) => {
      await Promise.resolve();
      seen.mostLent = Math.max(seen.mostLent, ++seen.lent);
      return { block: 10 * index, release: () => seen.lent-- };
    },
    here: () => {
      seen.here++;
      return addTo(setup);
    },
    elsewhere: {
      module,
      start: () => {
        seen.started++;
        return new Worker(module(), { type: "module" });
      },
      setup,
    },
  };
  return { blocks, seen };
}

for (const threads of [1, 2, 3, 7, 20]) {
  Deno.test(`blocks come in their order from ${threads} threads`, async () => {
    const { blocks, seen } = work(threads, { add: 3 }), used: [number, number][] = [];
    await eachBlock(blocks, (result, index) => used.push([index, result]));
    assertEquals(used, Array.from({ length: 7 }, (_, index) => [index, 10 * index + 3]));
    assertEquals(seen.started, threads === 1 ? 0 : Math.min(threads, 7));
    assertEquals([seen.here, seen.lent], [threads === 1 ? 1 : 0, 0]);
    assert(seen.mostLent <= threads);
  });

  Deno.test(`a second part is given to ${threads} threads once all of the first has been used`, async () => {
    const { blocks } = work(threads, { add: 3 }), used: number[] = [], given: number[][] = [];
    const blockAt = (index: number) => {
      given.push([index, used.length]);
      return blocks.blockAt(index);
    };
    await eachBlock({ ...blocks, second: 5, blockAt }, (result) => used.push(result));
    assertEquals(used, [3, 13, 23, 33, 43, 53, 63]);
    for (const [index, before] of given.slice(5)) assert(before >= 5, `${index} after ${before}`);
    // Who waits for it is told that there will be none.
    const failing = work(threads, { add: 3, refused: 30 });
    await assertRejects(
      () => eachBlock({ ...failing.blocks, second: 5 }, () => {}),
      RangeError,
      "30 is refused",
    );
    assertEquals(failing.seen.lent, 0);
  });

  Deno.test(`what fails in one of ${threads} threads is the one error, and all that was lent comes back`, async () => {
    const { blocks, seen } = work(threads, { add: 3, refused: 20 }), used: number[] = [];
    await assertRejects(
      () => eachBlock(blocks, (result) => used.push(result)),
      RangeError,
      "block 20 is refused",
    );
    assertEquals(used.slice(0, 2), [3, 13].slice(0, used.length));
    assert(used.length <= 2, "nothing after what failed is used");
    assertEquals(seen.lent, 0);
    // What cannot even begin fails in the same way.
    const broken = work(threads, { add: 0, broken: true });
    await assertRejects(() => eachBlock(broken.blocks, () => {}), TypeError, "no addition");
  });
}

Deno.test("what the caller does with a result may fail, too", async () => {
  for (const threads of [1, 3]) {
    const { blocks, seen } = work(threads, { add: 0 });
    const use = (_: number, index: number) => {
      if (index === 4) throw new Error("full");
    };
    await assertRejects(() => eachBlock(blocks, use), Error, "full");
    assertEquals(seen.lent, 0);
  }
});

Deno.test("a result that cannot be sent is an error, not a wait for ever", async () => {
  const { blocks } = work(2, { add: 0, fatal: 30 });
  await assertRejects(() => eachBlock(blocks, () => {}), Error);
});

Deno.test("a module that does not load, or workers that are not, leave one thread", async () => {
  const nowhere = work(3, { add: 1 }, () => new URL("./workers/nowhere.ts", import.meta.url));
  // It is there, but not what it imports.
  const incomplete = work(3, { add: 1 });
  incomplete.blocks.elsewhere!.start = () =>
    new Worker("data:text/javascript,import 'data:text/nothing,'", { type: "module" });
  const noUrl = work(3, { add: 1 }, () => new URL("nowhere"));
  const refused = work(3, { add: 1 });
  refused.blocks.elsewhere!.start = () => {
    throw new ReferenceError("Worker is not defined");
  };
  const alone = work(3, { add: 1 });
  alone.blocks.elsewhere = undefined;
  for (const { blocks, seen } of [nowhere, incomplete, noUrl, refused, alone]) {
    const used: number[] = [];
    await eachBlock(blocks, (result) => used.push(result));
    assertEquals(used, [1, 11, 21, 31, 41, 51, 61]);
    assertEquals(seen.here, 1);
  }
});

Deno.test("nobody is asked for a permission: without it no worker starts", () => {
  assert(mayLoad(countWorker));
  // The tests may read files, and reach no other host than their own.
  assertEquals(mayLoad(() => new URL("https://example.com:8443/worker.ts")), false);
});

Deno.test("threads are as many as asked for, else by what there is to do", () => {
  const little = { pairs: 99, worthwhile: 100 }, much = { pairs: 100, worthwhile: 100 };
  assertEquals(threadsFor(5, little), 5);
  assertEquals(threadsFor(undefined, little), 1);
  assertEquals(threadsFor(undefined, much), Math.min(16, navigator.hardwareConcurrency));
  limitThreads(1);
  try {
    assertEquals([threadsFor(undefined, much), threadsFor(5, much)], [1, 5]);
  } finally {
    limitThreads(16);
  }
});
