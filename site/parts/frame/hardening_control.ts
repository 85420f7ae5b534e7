/// <reference lib="dom" />
import type { HardeningName, HardeningSettings } from "@hscl/hscl/hardening";
import type { ParameterFacts, Tables } from "../../engines/theory/tables.ts";
import { amount, choice, type Control } from "./control.ts";
import { html } from "./dom.ts";

// Where a parameter has no largest value, a slider ends here; the field beside it goes on.
const LARGEST_ON_SLIDER = 10;

/** A choice of hardening function, and its parameters. */
export function hardeningControl(
  { hardenings }: Tables,
  onChange: (settings: HardeningSettings) => void,
): Control<HardeningSettings> {
  const parameters = html("div", { class: "parameters" });
  const family = choice(
    "Hardening function η(u)",
    hardenings.map(({ name, formula }) => ({ value: name, text: `${name}: ${formula}` })),
    (name) => {
      show(defaults(name));
      onChange(settings);
    },
  );
  const factsOf = (name: HardeningName) => hardenings.find((each) => each.name === name)!;
  const defaults = (name: HardeningName): HardeningSettings => ({
    name,
    parameters: Object.fromEntries(factsOf(name).parameters.map((each) => [each.name, each.default])),
  });
  let settings = defaults(hardenings[0].name);

  function slider(facts: ParameterFacts): HTMLElement {
    const { name, symbol, help, min, above = -LARGEST_ON_SLIDER, max = Infinity } = facts;
    const end = Math.min(max, above > -LARGEST_ON_SLIDER ? 1 : LARGEST_ON_SLIDER),
      step = end > 1 ? 0.1 : 0.01;
    const range = { min: min ?? above + step, max: end, step, most: max };
    const start = settings.parameters[name] as number;
    return amount(`${symbol}, ${help}`, range, start, (value) => {
      settings = { ...settings, parameters: { ...settings.parameters, [name]: value } };
      onChange(settings);
    }).node;
  }

  function show(wanted: HardeningSettings): void {
    settings = wanted;
    family.set(settings.name);
    parameters.replaceChildren(...factsOf(settings.name).parameters.map(slider));
  }
  show(settings);
  return { node: html("div", {}, family.node, parameters), get: () => settings, set: show };
}
