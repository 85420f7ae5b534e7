import { type Displayable, jupyterDisplay } from "../../lib/notebook/mod.ts";

/** The formats of a shown value as text. */
export function bundleOf(shown: Displayable): Record<string, string> {
  return shown[jupyterDisplay]() as Record<string, string>;
}
