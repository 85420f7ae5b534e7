import { describe } from "../core/checks.ts";
import { type Displayable, jupyterDisplay, type MediaBundle } from "./display.ts";

/** Sends one message to all front ends, as `Deno.jupyter.broadcast` does. */
export type Broadcast = (message: string, content: Record<string, unknown>) => Promise<void>;

/** An output that can be replaced after it was shown. */
export interface LiveDisplay {
  /** Puts the next state in place of the one that is shown. */
  update(next: Displayable): Promise<void>;
}

/**
 * Shows something now and lets it be replaced while the cell is running. Outside of a notebook nothing is shown.
 *
 * @param first what is shown at once
 * @param broadcast how messages are sent; the kernel's own way when left out
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * const sent: string[] = [];
 * const broadcast = (message: string) => Promise.resolve(void sent.push(message)); // in a notebook, leave it out
 * const view = await notebook.live(notebook.table([{ done: 0 }]), broadcast);
 * await view.update(notebook.table([{ done: 1 }]));
 * assertEquals(sent, ["display_data", "update_display_data"]);
 * ```
 */
export async function live(
  first: Displayable,
  broadcast: Broadcast = kernelBroadcast(),
): Promise<LiveDisplay> {
  const transient = { display_id: crypto.randomUUID() };
  // async, so that a refusal is a rejection in both uses
  const send = async (message: string, shown: Displayable) =>
    await broadcast(message, { data: bundleOf(shown), metadata: {}, transient });
  await send("display_data", first);
  return { update: (next) => send("update_display_data", next) };
}

function bundleOf(shown: Displayable): MediaBundle {
  if (typeof shown?.[jupyterDisplay] === "function") return shown[jupyterDisplay]();
  throw new TypeError(
    `Cannot show a value as it must be displayable, such as a table: received ${describe(shown)}`,
  );
}

function kernelBroadcast(): Broadcast {
  try {
    return Deno.jupyter.broadcast;
  } catch {
    return () => Promise.resolve(); // reading `Deno.jupyter` throws outside of the kernel
  }
}
