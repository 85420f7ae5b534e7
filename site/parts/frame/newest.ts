/**
 * Lets one question at a time be asked: while it is, only the newest of those that come is kept, and asked next.
 *
 * @param ask asks
 * @param show gets each answer
 * @param fail hears of errors
 */
export function newestOnly<Q, A>(
  ask: (question: Q) => Promise<A>,
  show: (answer: A, question: Q) => void,
  fail: (error: Error) => void,
): (question: Q) => void {
  let busy = false, next: { question: Q } | undefined;
  async function run(question: Q): Promise<void> {
    busy = true;
    try {
      show(await ask(question), question);
    } catch (error) {
      fail(error as Error);
    }
    busy = false;
    if (next) {
      const { question } = next;
      next = undefined;
      run(question);
    }
  }
  return (question) => {
    if (busy) next = { question };
    else run(question);
  };
}
