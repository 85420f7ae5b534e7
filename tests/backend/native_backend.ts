import { isNativeInstalled } from "../../lib/backend/native/locate.ts";
import { testsEverything } from "../grids.ts";

/**
 * Registers a test of the native backend where everything is tested; where that backend is not installed it is ignored, and its
 * name says why.
 */
export function nativeTest(name: string, fn: () => void | Promise<void>): void {
  if (!testsEverything) return;
  const ignore = !isNativeInstalled();
  Deno.test({
    name: ignore ? `${name} (native backend not installed: deno task setup:native)` : name,
    ignore,
    fn,
  });
}
