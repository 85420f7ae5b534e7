/** A training whose loss stopped being a number. */
export class NonFiniteLossError extends Error {
  /** Always `NonFiniteLossError`. */
  override readonly name = "NonFiniteLossError";
  /** From 1. */
  readonly epoch: number;
  /** From 1. */
  readonly step: number;
  /** What the batch held: pixel range and mean, non-finite pixels, items per class. */
  readonly batch: string;

  /** Made by {@linkcode trainContrastive}. */
  constructor(loss: number, epoch: number, step: number, batch: string) {
    super(
      `Cannot go on training as the loss must be finite: received ${loss} at epoch ${epoch}, step ${step}; ${batch}`,
    );
    this.epoch = epoch;
    this.step = step;
    this.batch = batch;
  }
}

/** How many items of a batch each class has, for {@linkcode NonFiniteLossError}. */
export function perClass(labels: Int32Array): string {
  const perClass = new Map<number, number>();
  for (const label of labels) perClass.set(label, (perClass.get(label) ?? 0) + 1);
  const classes = [...perClass].sort(([a], [b]) => a - b).map(([label, count]) => `${label}: ${count}`);
  return `items per class {${classes.join(", ")}}`;
}
