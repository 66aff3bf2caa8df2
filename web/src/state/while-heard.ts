/** An event of the window: vmd does not answer, though a connection to it may still look as if it held. */
export const touchLost = 'vivarium-touch-lost';

/**
 * What comes, until it ends or the network is known to be gone: a connection may take minutes to notice that it leads
 * nowhere. Whoever is behind it is then not waited for.
 */
export async function* whileHeard<T>(from: AsyncIterable<T>): AsyncGenerator<T> {
  const items = from[Symbol.asyncIterator]();
  let left = false;
  let wake = () => {};
  const leave = () => {
    left = true;
    wake();
  };
  addEventListener('offline', leave);
  addEventListener(touchLost, leave);
  try {
    while (!left) {
      const next = await new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
        wake = () => resolve(undefined);
        items.next().then(resolve, reject);
      });
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    removeEventListener('offline', leave);
    removeEventListener(touchLost, leave);
    items.return?.()?.catch(() => {}); // it may never come back from there
  }
}
