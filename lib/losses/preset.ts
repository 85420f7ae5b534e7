import { checkOptions } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import { contrastiveLoss, type OtherViews } from "./contrastive.ts";
import { type ContrastiveOptions, resolveOptions, type ScoreOptions } from "./options.ts";

/** What tells a loss from the others. */
export interface LossTraits<O extends ScoreOptions> {
  /** How figures call it, e.g. `H-SCL`. */
  readonly label: string;
  /** Whether it looks at the labels. */
  readonly supervised: boolean;
  /** Whether it weights its negatives by a hardening function. */
  readonly hardening: "required" | "optional" | "none";
  /** The name of the loss that it is without hardening. */
  readonly unhardened?: string;
  /** The names of its options. */
  readonly options: Readonly<Record<keyof O, true>>;
  /** What becomes of it where all labels are the same, if that makes a difference. */
  readonly oneClass?: string;
}

/**
 * A loss of the views of a batch as the toolkit sees it: settings, flags, help, legends and the tests of every loss are made of it.
 */
export interface LossPreset<O extends ScoreOptions = ScoreOptions> extends LossTraits<O> {
  /** Throws unless the loss can be computed with these options, of two views or of one. */
  check(options: O, views?: 1 | 2): void;
  /** The loss of a batch; without labels it ignores them. */
  loss(view1: Tensor2D, otherViews: OtherViews, labels: Labels, options: O): Scalar;
}

/** A loss that is the general one with these options. */
export function presetOf<O extends ScoreOptions>(
  traits: LossTraits<O>,
  general: (options: O) => ContrastiveOptions,
): LossPreset<O> {
  const withLabels = (options: O, labels: Labels): ContrastiveOptions =>
    traits.supervised ? { ...general(options), labels } : general(options);
  return {
    ...traits,
    check: (options, views = 2) =>
      void resolveOptions(withLabels(checkOptions(options, traits.options), [0, 1]), 2, views),
    loss: (view1, otherViews, labels, options) =>
      contrastiveLoss(view1, otherViews, withLabels(options, labels)),
  };
}

/** What becomes of a loss whose negatives are of other classes where there is one class. */
export const NO_NEGATIVES = "negatives are of other classes, so the loss is 0 and nothing is learnt";
