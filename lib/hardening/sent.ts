import { hardeningNames } from "./families.ts";
import type { Hardening } from "./hardening.ts";
import { noHardening } from "./none.ts";
import { hardeningFromSettings, type HardeningSettings } from "./settings.ts";

/** A hardening function as another thread can be told it. */
export type SentHardening = Pick<Hardening, "name" | "parameters">;

// Where a function is compared with what its name and parameters give.
const COSINES = Array.from({ length: 33 }, (_, i) => (i - 16) / 16);

/** Name and parameters of a function, if they say all about it: nothing for one of somebody's own. */
export function sentHardening(hardening: Hardening, temperature: number): SentHardening | undefined {
  const { name, parameters } = hardening, sent = { name, parameters };
  if (name !== "none" && !(hardeningNames as string[]).includes(name)) return undefined;
  try {
    const received = receivedHardening(sent);
    const same = COSINES.every((u) =>
      received.logEtaAt(u, temperature) === hardening.logEtaAt(u, temperature)
    );
    return same && received.slope?.(temperature) === hardening.slope?.(temperature) ? sent : undefined;
  } catch {
    return undefined; // with its name, but other parameters
  }
}

/** The function that was sent. */
export function receivedHardening({ name, parameters }: SentHardening): Hardening {
  return name === "none" ? noHardening() : hardeningFromSettings({ name, parameters } as HardeningSettings);
}
