const MILLISECONDS = 500;

/**
 * Calls `stop` once the `deno task` that started this process has ended, killed in a way that it could not pass on. Other
 * parents, such as a shell that is left, may end. Windows does not tell.
 *
 * @returns stops watching
 */
export function stopWithTask(stop: () => void): { forget(): void } {
  if (!startedByTask()) return { forget() {} };
  const parent = Deno.ppid;
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, MILLISECONDS);
  Deno.unrefTimer(timer);
  return { forget: () => clearInterval(timer) };
}

function startedByTask(): boolean {
  try {
    return Deno.env.get("INIT_CWD") !== undefined; // deno task sets this
  } catch {
    return false; // not allowed to read the environment
  }
}
