/** Runs one piece of work after the other, in the order asked; a piece that fails does not keep the next one from running. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    // The queue goes on whatever becomes of this one; its own caller hears of an error.
    last = result.then(() => undefined, () => undefined);
    return result;
  };
}
