import { checkObject, checkOneOf } from "../core/checks.ts";
import { hardeningFamily, type HardeningName, hardeningNames } from "./families.ts";
import type { Hardening } from "./hardening.ts";
import { type Schedule, scheduleValue, type TrainingProgress } from "./schedule.ts";

/** A hardening function as plain data. */
export interface HardeningSettings {
  /** The family. */
  name: HardeningName;
  /** Its parameters by name; a schedule changes one from epoch to epoch. */
  parameters: Record<string, Schedule>;
}

/**
 * The hardening function that settings describe.
 *
 * @param settings family and parameters
 * @param progress the epoch, needed if a parameter follows a schedule
 * @throws {RangeError} if the name is unknown or a parameter out of range
 * @throws {TypeError} if the family has no parameter of a name, one is missing, or one follows a schedule and the epoch is
 * missing
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hardeningFromSettings } from "@hscl/hscl/hardening";
 * const eta = hardeningFromSettings({ name: "exponential", parameters: { beta: 1 } });
 * assertEquals(eta.logEtaAt(0.5, 0.5), 1);
 * ```
 */
export function hardeningFromSettings(settings: HardeningSettings, progress?: TrainingProgress): Hardening {
  checkObject("settings of a hardening function", settings);
  const { name, parameters } = settings;
  const family = hardeningFamily(checkOneOf("hardening", name, hardeningNames));
  checkObject(`parameters of ${name} hardening`, parameters);
  const known = Object.keys(family.parameters);
  const unknown = Object.keys(parameters).find((parameter) => !known.includes(parameter));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot build ${name} hardening as its parameters must be ${known.join(", ")}: received ${unknown}`,
    );
  }
  return family.make(Object.fromEntries(known.map((parameter) => {
    const schedule = parameters[parameter];
    if (typeof schedule !== "object" || schedule === null) return [parameter, schedule];
    if (progress) return [parameter, scheduleValue(schedule, progress)];
    throw new TypeError(
      `Cannot build ${name} hardening as the epoch is required where ${parameter} follows a schedule: received none`,
    );
  })));
}

/** The hardening functions at both ends of its schedules. */
export function scheduledEnds({ name, parameters }: HardeningSettings): Hardening[] {
  const start = hardeningFromSettings({ name, parameters }, { epoch: 1, epochs: 1 });
  const ends = Object.entries(parameters).map(([parameter, schedule]) => [
    parameter,
    typeof schedule === "object" ? schedule.to : schedule,
  ]);
  return [
    start,
    hardeningFromSettings({ name, parameters: Object.fromEntries(ends) }),
  ];
}

/**
 * The parameters of a hardening function in a few letters: `β = 2`, `τ = −0.1, w = 0.05`; a schedule by its kind.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hardeningLabel } from "@hscl/hscl/hardening";
 * assertEquals(hardeningLabel({ name: "logistic", parameters: { tau: -0.1, width: 0.05 } }), "τ = −0.1, w = 0.05");
 * ```
 */
export function hardeningLabel(settings: HardeningSettings): string {
  checkObject("settings of a hardening function", settings);
  const { name, parameters } = settings;
  const { parameters: known } = hardeningFamily(checkOneOf("hardening", name, hardeningNames));
  checkObject(`parameters of ${name} hardening`, parameters);
  return Object.entries(parameters)
    .map(([parameter, value]) =>
      `${known[parameter]?.symbol ?? parameter} = ${typeof value === "object" ? value.kind : value}`
    )
    .join(", ")
    .replaceAll("-", "−");
}
