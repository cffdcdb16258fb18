// Waiting, and how long to wait before trying again.

/**
 * Full jitter: anything between nothing and a bound that doubles with each attempt. Many clients of
 * one server that went away come back one by one instead of all at once.
 */
export function fullJitter(attempt: number, base: number, longest: number): number {
  return Math.random() * Math.min(longest, base * 2 ** Math.min(attempt, 30));
}

export interface PauseOptions {
  signal?: AbortSignal | undefined;
  /** Does not keep the process alive. */
  background?: boolean;
}

/** Resolves after so many milliseconds; rejects with the signal's reason when it is aborted. */
export function pause(milliseconds: number, { signal, background = false }: PauseOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (background) timer.unref();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
