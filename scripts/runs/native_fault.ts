import type { BackendReport } from "../../mod.ts";
import { isNativeInstalled } from "../../lib/backend/native/locate.ts";

/** A line on the native library where it is installed and another backend runs instead, because it is broken. */
export function nativeFault({ candidates }: BackendReport): string | undefined {
  const native = candidates.find(({ name }) => name === "tensorflow");
  return native?.status === "not available" && isNativeInstalled()
    ? `the native library does not run: ${native.detail}`
    : undefined;
}
