/// <reference lib="dom" />
import { html } from "./dom.ts";

/** A control with its label. */
export interface Control<T> {
  node: HTMLElement;
  get(): T;
  /** Sets the value; nobody is told. */
  set(value: T): void;
}

/** A choice of several, of which hidden ones cannot be chosen, only set. */
export function choice<T extends string>(
  label: string,
  options: readonly { value: T; text: string; hidden?: boolean }[],
  onChange: (value: T) => void,
): Control<T> {
  const select = html(
    "select",
    { onchange: () => onChange(select.value as T) },
    ...options.map(({ value, text, hidden }) => html("option", { value, hidden }, text)),
  );
  return {
    node: html("label", { class: "control" }, html("span", {}, label), select),
    get: () => select.value as T,
    set: (value) => void (select.value = value),
  };
}

/** What a number may be. */
export interface NumberRange {
  min: number;
  max: number;
  step: number;
  /** Largest value that can be typed, if more than the slider has. */
  most?: number;
  /** Whether it is a whole number. */
  whole?: boolean;
}

/** A number: a slider, and a field beside it for what the slider does not reach. */
export function amount(
  label: string,
  { min, max, step, most = max, whole = false }: NumberRange,
  start: number,
  onChange: (value: number) => void,
): Control<number> {
  let value = start;
  const slider = html("input", {
    type: "range",
    min,
    max,
    step,
    value: start,
    "aria-label": label,
    oninput: slid,
  });
  const field = html("input", {
    type: "number",
    min,
    max: most,
    step: whole ? 1 : "any",
    value: start,
    "aria-label": `${label}, typed`,
    onchange: typed,
  });
  function slid(): void {
    value = Number(slider.value);
    field.value = slider.value;
    onChange(value);
  }
  function typed(): void {
    const wanted = Number(field.value);
    if (field.value.trim() !== "" && Number.isFinite(wanted)) {
      value = Math.min(most, Math.max(min, whole ? Math.round(wanted) : wanted));
    }
    show();
    onChange(value);
  }
  function show(): void {
    slider.value = String(value);
    field.value = String(value);
  }
  return {
    node: html(
      "div",
      { class: "control amount" },
      html("span", { "aria-hidden": "true" }, label),
      slider,
      field,
    ),
    get: () => value,
    set: (wanted) => {
      value = wanted;
      show();
    },
  };
}

/** A button. */
export function button(
  text: string,
  onClick: () => void,
  attributes: Record<string, string> = {},
): HTMLButtonElement {
  return html("button", { type: "button", onclick: onClick, ...attributes }, text);
}
