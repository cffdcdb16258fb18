// Whether something was heard of lately. A timer tells when not, because a check of a gate takes less
// time than a look at the clock.
export class Pulse {
  #isFresh = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly longest: number) {}

  get isFresh(): boolean {
    return this.#isFresh;
  }

  beat(): void {
    this.#isFresh = true;
    this.#timer ??= setTimeout(() => { this.#isFresh = false; }, this.longest).unref();
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#isFresh = false;
  }
}
