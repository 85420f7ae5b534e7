import { exponential, type Hardening, logistic, polynomial, threshold } from "../../mod.ts";
import { type FlagTable, type FlagValues, UsageError } from "../cli/mod.ts";

/** The flags that choose hardening functions: a family, and the values of its parameter. */
export const hardeningFlags = {
  hardening: {
    kind: "choice",
    allowed: ["exponential", "threshold", "polynomial", "logistic"],
    default: "exponential",
    help: "Family of hardening functions",
  },
  beta: { kind: "numbers", min: 0, help: "β of exponential hardening, 0.5,1,5 if not given" },
  tau: {
    kind: "numbers",
    min: -1,
    max: 1,
    help: "τ of threshold and logistic hardening, 0,0.5 if not given",
  },
  power: { kind: "numbers", min: 0, help: "Power of polynomial hardening, 1,2,5 if not given" },
  width: { kind: "number", above: 0, help: "Width of logistic hardening, 0.1 if not given" },
} as const satisfies FlagTable;

/** One hardening function per value; a parameter of another family is a mistake. */
export function hardeningsOf(flags: FlagValues<typeof hardeningFlags>): Hardening[] {
  const { hardening, beta, tau, power, width } = flags;
  const taken = {
    exponential: ["beta"],
    threshold: ["tau"],
    polynomial: ["power"],
    logistic: ["tau", "width"],
  };
  for (const [name, value] of Object.entries({ beta, tau, power, width })) {
    if (value !== undefined && !taken[hardening].includes(name)) {
      throw new UsageError(`--${name} is no parameter of --hardening ${hardening}: received ${value}`);
    }
  }
  switch (hardening) {
    case "exponential":
      return (beta ?? [0.5, 1, 5]).map(exponential);
    case "threshold":
      return (tau ?? [0, 0.5]).map(threshold);
    case "polynomial":
      return (power ?? [1, 2, 5]).map(polynomial);
    case "logistic":
      return (tau ?? [0, 0.5]).map((value) => logistic(value, width ?? 0.1));
  }
}
