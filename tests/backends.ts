import { initBackend } from "hscl";

/** Backends every contract test runs on. */
export const testedBackends = ["cpu", "wasm"] as const;

/** Registers a test once per backend. */
export function testOnBackends(name: string, body: (backend: string) => void | Promise<void>): void {
  for (const backend of testedBackends) {
    Deno.test(`${name} [${backend}]`, async () => {
      await initBackend({ backend });
      await body(backend);
    });
  }
}

/** Largest absolute difference; NaN anywhere counts as infinite. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new RangeError(`Cannot compare as lengths must agree: received ${a.length} and ${b.length}`);
  }
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= most)) most = Number.isNaN(difference) ? Infinity : difference;
  }
  return most;
}
