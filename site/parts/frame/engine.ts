/// <reference lib="dom" />
import type { Said, Works } from "../../engines/serve.ts";

/** A worker that computes with the library, so that the page never waits. */
export interface Engine<W extends Works> {
  /** Asks for something and waits for the answer; `onNews` hears of what comes before it. */
  ask<K extends keyof W & string>(
    kind: K,
    request: Parameters<W[K]>[0],
    onNews?: (news: Parameters<Parameters<W[K]>[1]>[0]) => void,
  ): Promise<Awaited<ReturnType<W[K]>>>;
  /** Ends it; what was asked is never answered. */
  stop(): void;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
  onNews?: (news: never) => void;
}

/**
 * Starts an engine in a worker of its own.
 *
 * Its script defines a function, of whose text the worker is made: so a page that was opened from a disk can have workers,
 * too, to which browsers refuse to give files.
 *
 * @param name of the engine, a file `<name>.js` beside the page
 */
export async function startEngine<W extends Works>(name: string): Promise<Engine<W>> {
  const source = await engineSource(name),
    address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(address), waiting = new Map<number, Waiting>();
  let asked = 0;
  worker.onmessage = ({ data }: MessageEvent<Said>) => {
    const asker = waiting.get(data.id);
    if (!asker) return;
    if ("news" in data) return asker.onNews?.(data.news as never);
    waiting.delete(data.id);
    if ("answer" in data) asker.resolve(data.answer);
    else asker.reject(new Error(data.error));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    for (const { reject } of waiting.values()) reject(new Error(event.message));
    waiting.clear();
  };
  return {
    ask: (kind, request, onNews) =>
      new Promise((resolve, reject) => {
        waiting.set(asked, { resolve: resolve as (answer: unknown) => void, reject, onNews });
        worker.postMessage({ id: asked++, kind, request });
      }),
    stop: () => {
      worker.terminate();
      URL.revokeObjectURL(address);
    },
  };
}

/** The script of a worker. */
async function engineSource(name: string): Promise<string> {
  const engines = ((globalThis as { hsclEngines?: Record<string, () => void> }).hsclEngines ??= {});
  if (!engines[name]) await loadScript(`${name}.js`);
  return `(${engines[name]})();`;
}

const loaded = new Map<string, Promise<void>>();

/** Loads a script that lies beside the page, once. */
export function loadScript(file: string): Promise<void> {
  const known = loaded.get(file);
  if (known) return known;
  const loading = new Promise<void>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = file;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`Cannot load ${file}, which must lie beside this page`));
    document.head.append(script);
  });
  loaded.set(file, loading);
  return loading;
}
