// Usage that has happened and is told later. Events wait in memory and go out together: each second,
// when 500 wait, when the client is closed and when the process ends. What fails goes out again under
// the same keys, so that nothing is lost while the process lives and nothing is counted twice.
import { FreeholdError, Unavailable, noAnswer } from './errors.js';
import { type Api } from './http.js';
import type { BufferedUsage, Settings } from './options.js';
import { fullJitter, pause } from './pause.js';
import { isPostponed, mostEvents, sendUsage } from './usage.js';

const flushEvery = 1000;
const firstRetry = 250;
const longestRetry = 15_000;

export class Recorder {
  readonly #buffer: BufferedUsage[] = [];
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #isHooked = false;
  #isClosed = false;

  constructor(private readonly api: Api, private readonly settings: Settings) {}

  /** False when the buffer is full or the client closed: the event is not kept. */
  record(event: BufferedUsage): boolean {
    if (this.#isClosed || this.#buffer.length >= this.settings.maxBuffered) {
      this.settings.onBufferFull(event);
      return false;
    }
    this.#hook();
    this.#buffer.push(event);
    if (this.#buffer.length >= mostEvents) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), flushEvery).unref();
    return true;
  }

  /** Resolves when the buffer is empty. */
  async flush(): Promise<void> {
    while (this.#buffer.length > 0 && !this.#stop.signal.aborted) await this.#start();
  }

  /** Flushes for so long at most; what could not be sent. */
  async close(milliseconds: number): Promise<BufferedUsage[]> {
    this.#isClosed = true;
    process.off('beforeExit', this.#atExit);
    process.off('SIGTERM', this.#atSigterm);
    const waiting = new AbortController();
    await Promise.race([this.flush(), pause(milliseconds, { signal: waiting.signal })]);
    waiting.abort();
    this.#stop.abort(new Error('this client is closed'));
    clearTimeout(this.#timer);
    return this.#buffer.splice(0);
  }

  // Nothing else is left to do; what cannot be sent in time must not hold the process.
  readonly #atExit = async () => {
    const unsent = await this.close(this.settings.timeout);
    if (unsent.length === 0) return;
    this.settings.onError(noAnswer(`${unsent.length} recorded events could not be sent before the end.`));
  };

  readonly #atSigterm = () => {
    void this.close(this.settings.timeout).then(() => process.kill(process.pid, 'SIGTERM'));
  };

  #hook(): void {
    if (this.#isHooked) return;
    this.#isHooked = true;
    process.on('beforeExit', this.#atExit);
    if (this.settings.flushOnSigterm) process.once('SIGTERM', this.#atSigterm);
  }

  #start(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#sendAll().finally(() => { this.#flushing = undefined; });
    return this.#flushing;
  }

  // One request at a time. An event leaves the buffer when it is answered.
  async #sendAll(): Promise<void> {
    for (let attempt = 0; this.#buffer.length > 0 && !this.#stop.signal.aborted;) {
      try {
        await this.#send(this.#buffer.slice(0, mostEvents));
        attempt = 0;
      } catch (error) {
        if (!(error instanceof FreeholdError)) return;  // the client was closed
        this.settings.onError(error);
        const wait = fullJitter(attempt, firstRetry, longestRetry) + (error.retryAfter ?? 0) * 1000;
        attempt += 1;
        await pause(wait, { signal: this.#stop.signal }).catch(() => {});
      }
    }
  }

  // A request that is refused as such is halved until the event is alone that spoils it.
  async #send(events: BufferedUsage[]): Promise<void> {
    try {
      const answers = await sendUsage(this.api, events, this.#stop.signal);
      this.#buffer.splice(0, events.length, ...events.filter((_, place) => isPostponed(answers[place]!)));
      answers.forEach((answer, place) => {
        if (!answer.allowed && !isPostponed(answer)) this.settings.onRefused({ event: events[place]!, answer });
      });
      if (answers.some(isPostponed)) throw noAnswer('Freehold could not decide every event.');
    } catch (error) {
      if (!isAboutEvents(error)) throw error;
      if (events.length > 1) return this.#send(events.slice(0, Math.ceil(events.length / 2)));
      this.#buffer.shift();
      this.settings.onRefused({ event: events[0]!, error });
    }
  }
}

function isAboutEvents(error: unknown): error is FreeholdError {
  return error instanceof FreeholdError && !(error instanceof Unavailable) && [400, 413, 422].includes(error.status);
}
