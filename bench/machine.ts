import { cpus, loadavg } from "node:os";

/** The processor's name, e.g. for the heading of results. */
export function processor(): string {
  return cpus()[0]?.model.trim() || "unknown processor";
}

/** Programs running or waiting, on average over the last minute; 0 where the system does not tell. */
export function load(): number {
  return loadavg()[0];
}
