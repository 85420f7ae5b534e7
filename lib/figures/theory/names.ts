import type { Hardening } from "../../hardening/hardening.ts";
import { hardeningFamily, type HardeningName, hardeningNames } from "../../hardening/families.ts";
import { distinct } from "../rows.ts";
import { digits, list } from "../words.ts";

type Named = Pick<Hardening, "name" | "parameters">;

/** How a parameter is written, `β` of `beta`. */
function symbolOf(name: string, parameter: string): string {
  const isFamily = (hardeningNames as readonly string[]).includes(name);
  return isFamily && hardeningFamily(name as HardeningName).parameters[parameter]?.symbol || parameter;
}

/** The parameters in which the functions differ; all where they are alike. */
function differing(hardenings: readonly Named[]): (name: string) => boolean {
  const differs = (name: string) => distinct(hardenings.map(({ parameters }) => parameters[name])).length > 1;
  return Object.keys(hardenings[0].parameters).some(differs) ? differs : () => true;
}

const written = ({ name, parameters }: Named, wanted: (parameter: string) => boolean) =>
  Object.entries(parameters).filter(([parameter]) => wanted(parameter)).map(([parameter, value]) =>
    `${symbolOf(name, parameter)} = ${digits(value, 6)}`
  );

/** A short name for each of several functions by what sets them apart: `β = 1`, or `threshold τ = 0.5` beside other families. */
export function hardeningLabels(hardenings: readonly Named[]): string[] {
  const isMixed = distinct(hardenings.map(({ name }) => name)).length > 1, wanted = differing(hardenings);
  return hardenings.map((hardening) => {
    const parameters = written(hardening, isMixed ? () => true : wanted).join(", ");
    return isMixed || parameters === "" ? `${hardening.name} ${parameters}`.trim() : parameters;
  });
}

/** The family of all functions with what they share: `logistic hardening, width = 0.1`. */
export function hardeningTitle(hardenings: readonly Named[]): string {
  if (distinct(hardenings.map(({ name }) => name)).length > 1) return "several hardening functions";
  const wanted = differing(hardenings);
  return [`${hardenings[0].name} hardening`, ...written(hardenings[0], (name) => !wanted(name))].join(", ");
}

/** Some of the labels: `β = 0.5, 1 and 5`. */
export function labelList(some: readonly string[]): string {
  const labels = distinct(some);
  const parts = labels.map((label) => label.match(/^([^\s,]+) = ([^,]+)$/));
  const symbols = distinct(parts.map((part) => part?.[1]));
  return symbols.length === 1 && symbols[0] !== undefined
    ? `${symbols[0]} = ${list(parts.map((part) => part![2]))}`
    : list(labels.map((label) => label.includes(",") ? `(${label})` : label));
}
