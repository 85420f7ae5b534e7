import cliProgress from "cli-progress";

const SECONDS_BETWEEN_LINES = 10;

/** Shows how far a download is: `to` takes bytes. */
export interface DownloadProgress {
  to(bytes: number): void;
  stop(): void;
}

/** A bar when `stderr` is a terminal, else now and then a line. */
export function downloadProgress(
  label: string,
  total: number,
  say: (line: string) => void,
): DownloadProgress {
  const text = (bytes: number) => `${megabytes(bytes)} of ${megabytes(total)} MB  ${label}`;
  if (Deno.stderr.isTerminal()) {
    const bar = new cliProgress.SingleBar({
      format: "{bar} {text}",
      barsize: 24,
      hideCursor: true,
      linewrap: false,
      fps: 5,
    }, cliProgress.Presets.shades_classic);
    bar.start(total, 0, { text: text(0) });
    return { to: (bytes) => bar.update(bytes, { text: text(bytes) }), stop: () => bar.stop() };
  }
  let lastLine = performance.now();
  return {
    to(bytes) {
      if (performance.now() - lastLine < 1000 * SECONDS_BETWEEN_LINES) return;
      lastLine = performance.now();
      say(text(bytes));
    },
    stop() {},
  };
}

/** `274271560 → 274`. */
export function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
