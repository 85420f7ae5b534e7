/** What the page asks of an engine. */
export interface Question {
  id: number;
  kind: string;
  request: unknown;
}

/** What an engine says: news on the way, and at last an answer or what went wrong. */
export type Said =
  | { id: number; news: unknown }
  | { id: number; answer: unknown }
  | { id: number; error: string };

/** What an engine can do, by name; `tell` sends news before the answer. */
// deno-lint-ignore no-explicit-any
export type Works = Record<string, (request: any, tell: (news: any) => void) => unknown>;

const thread = self as unknown as {
  onmessage: (event: MessageEvent<Question>) => void;
  postMessage(said: Said): void;
};

/** Answers what a worker is asked, one question after the other. */
export function serve(works: Works): void {
  let last: Promise<unknown> = Promise.resolve();
  thread.onmessage = ({ data: { id, kind, request } }) => {
    last = last.then(async () => {
      try {
        const answer = await works[kind](request, (news) => thread.postMessage({ id, news }));
        thread.postMessage({ id, answer });
      } catch (error) {
        thread.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
      }
    });
  };
}
