/// <reference lib="dom" />
import type { NegativeKind } from "@hscl/hscl";
import type { HardeningSettings } from "@hscl/hscl/hardening";

/** All that the part on hardness depends on. */
export interface State {
  /** 2 on the circle, 3 on the sphere. */
  dim: 2 | 3;
  /** Points, each a direction of `dim` coordinates with four decimals. */
  points: number[][];
  /** Their classes, from 0. */
  labels: number[];
  anchor: number;
  kind: NegativeKind;
  hardening: HardeningSettings;
  temperature: number;
  negativeWeight: number;
}

/** A direction as it is kept: what a link carries is all there is of it, so that it leads to the same numbers. */
export function kept(vector: readonly number[]): number[] {
  const norm = Math.hypot(...vector) || 1;
  return vector.map((value) => Number((value / norm).toFixed(4)) + 0);
}

/** A state as the query of a link. */
export function toQuery(state: State): URLSearchParams {
  const { points, labels, anchor, kind, hardening, temperature, negativeWeight } = state;
  return new URLSearchParams({
    loss: kind,
    anchor: String(anchor),
    T: String(temperature),
    Q: String(negativeWeight),
    hardening: [hardening.name, ...Object.entries(hardening.parameters).flat()].join(","),
    points: points.map((point, i) => [labels[i], ...point].join(",")).join(";"),
  });
}

/** The state of a link; nothing if it carries none that can be shown. */
export function fromQuery(query: URLSearchParams, kinds: readonly NegativeKind[]): State | undefined {
  const rows = (query.get("points") ?? "").split(";").map((row) => row.split(",").map(Number));
  const dim = rows[0].length - 1,
    anchor = Number(query.get("anchor")),
    [name, ...pairs] = (query.get("hardening") ?? "").split(",");
  const kind = query.get("loss") as NegativeKind,
    temperature = Number(query.get("T")),
    negativeWeight = Number(query.get("Q"));
  const sound = (dim === 2 || dim === 3) && rows.length >= 2 && rows.length <= 400 &&
    rows.every((row) =>
      row.length === dim + 1 && row.every(Number.isFinite) && Number.isInteger(row[0]) && row[0] >= 0
    ) &&
    rows[anchor] !== undefined && kinds.includes(kind) && temperature >= 0.01 && negativeWeight > 0;
  if (!sound) return undefined;
  const parameters = Object.fromEntries(
    Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i], Number(pairs[2 * i + 1])]),
  );
  return {
    dim,
    points: rows.map(([, ...point]) => kept(point)),
    labels: rows.map(([label]) => label),
    anchor,
    kind,
    hardening: { name: name as HardeningSettings["name"], parameters },
    temperature,
    negativeWeight,
  };
}
