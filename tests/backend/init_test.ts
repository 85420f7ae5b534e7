import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type BackendName, initBackend } from "@hscl/hscl";

Deno.test("auto reports one running backend and a reason for each of the others", async () => {
  const report = await initBackend();
  assertEquals(report.candidates.map(({ name }) => name), ["tensorflow", "webgpu", "wasm", "cpu"]);
  assertEquals(report.candidates.filter(({ status }) => status === "running").map(({ name }) => name), [
    report.backend,
  ]);
  assertEquals(tf.getBackend(), report.backend);
  const position = report.candidates.findIndex(({ status }) => status === "running");
  report.candidates.forEach(({ status, detail }, i) => {
    assert(detail.length > 0);
    assertEquals(status, i < position ? "not available" : i === position ? "running" : "not tried");
  });
});

for (const backend of ["cpu", "wasm"] as const) {
  Deno.test(`${backend} by name runs, also when asked for twice`, async () => {
    for (let i = 0; i < 2; i++) {
      const report = await initBackend({ backend });
      assertEquals([report.backend, tf.getBackend(), report.version], [backend, backend, "4.22.0"]);
    }
    const [sum] = await tf.add(1, 2).data();
    assertEquals(sum, 3);
  });
}

Deno.test("an unknown backend is refused with the known ones", async () => {
  await assertRejects(
    () => initBackend({ backend: "webgl" as BackendName }),
    RangeError,
    'one of auto, tensorflow, webgpu, wasm, cpu: received "webgl"',
  );
});

Deno.test("a wrong wasmPath is refused before anything starts", async () => {
  for (const wasmPath of ["", 3 as unknown as string]) {
    await assertRejects(() => initBackend({ backend: "wasm", wasmPath }), TypeError, "Cannot use wasmPath");
  }
});

Deno.test("WebGPU that fails, or says nothing of itself, is a backend that is not available", async () => {
  const { gpu } = navigator,
    answers = [() => Promise.reject(new Error("blocked")), () => Promise.resolve({})];
  try {
    for (const requestAdapter of answers) {
      Object.defineProperty(navigator, "gpu", { value: { requestAdapter }, configurable: true });
      const { message } = await assertRejects(() => initBackend({ backend: "webgpu" }), Error);
      assert(
        message.startsWith("Cannot start backend webgpu as it must be available here: received "),
        message,
      );
      assert(!message.includes("destructure"), message);
    }
  } finally {
    Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
    await initBackend({ backend: "cpu" });
  }
});
