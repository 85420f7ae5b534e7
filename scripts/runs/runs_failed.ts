import type { FailedRun } from "./pool.ts";

/** Some runs could not be finished. */
export class RunsFailed extends Error {
  constructor(failed: readonly FailedRun[], total: number) {
    const [{ run, reason }] = failed;
    super(
      total === 1
        ? `the run failed: ${reason}`
        : `${failed.length} of ${total} runs failed and nothing was drawn; the finished ones are kept and will be reused. ` +
          `First: ${run.loss.name} seed ${run.seed}: ${reason}`,
    );
  }
}
