import cliProgress from "cli-progress";
import { duration } from "../cli/mod.ts";

// Without a terminal, what goes on is told of at most this often.
const LINE_SECONDS = 10;
// Nobody needs to be told of less.
const SHORT_SECONDS = 3;

/** Shows on stderr what goes on and for how long: a bar in a terminal, else a line now and then. */
export class CheckProgress {
  readonly #started = performance.now();
  readonly #bar: cliProgress.SingleBar | undefined;
  readonly #timer: ReturnType<typeof setInterval>;
  #stage = "reading the embeddings";
  #stageStarted = performance.now();
  #expected: number | undefined;
  #lastLine = performance.now();

  constructor() {
    if (Deno.stderr.isTerminal()) {
      this.#bar = new cliProgress.SingleBar({
        format: "{bar} {text}",
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
        linewrap: false,
      }, cliProgress.Presets.shades_classic);
      this.#bar.start(1000, 0, { text: this.#stage });
    }
    this.#timer = setInterval(() => this.#show(), this.#bar ? 200 : 1000);
  }

  /** What goes on from now. */
  stage(stage: string): void {
    this.#stage = stage;
    this.#stageStarted = performance.now();
    this.#show();
  }

  /** How long the next stage is expected to take, in seconds. */
  expect(seconds: number): void {
    this.#expected = seconds;
    if (!this.#bar && seconds >= SHORT_SECONDS) {
      console.error(`check: all pairs will take about ${duration(seconds)}`);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#bar?.stop();
  }

  #show(): void {
    const inStage = (performance.now() - this.#stageStarted) / 1000, expected = this.#expected;
    const known = this.#stage === "comparing all pairs" && expected !== undefined;
    const text = `${this.#stage}: ${duration(inStage)}${known ? ` of about ${duration(expected)}` : ""}`;
    if (this.#bar) {
      // An estimate is no promise: the bar is never full before the work is done.
      this.#bar.update(known ? Math.round(1000 * Math.min(0.99, inStage / expected)) : 0, { text });
    } else if (performance.now() - this.#lastLine > 1000 * LINE_SECONDS) {
      this.#lastLine = performance.now();
      console.error(`check: ${text} (${duration((performance.now() - this.#started) / 1000)} in all)`);
    }
  }
}
