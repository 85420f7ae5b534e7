import type { BackendReport } from "../../mod.ts";
import { isNativeInstalled } from "../../lib/backend/native/locate.ts";

/** Why the native library does not run though it is installed, if so: worth a line where another backend runs instead. */
export function nativeFault({ candidates }: BackendReport): string | undefined {
  const native = candidates.find(({ name }) => name === "tensorflow");
  return native?.status === "not available" && isNativeInstalled() ? native.detail : undefined;
}
