/** Holds threads while the samples are written to disk. */
export class DiskPause<T> {
  readonly #drained: () => Promise<void>;
  readonly #goOn: (thread: T) => void;
  readonly #onError: (error: unknown) => void;
  #isBusy = false;
  #parked: T[] = [];

  /** @param drained resolves when the samples have been written */
  constructor(drained: () => Promise<void>, goOn: (thread: T) => void, onError: (error: unknown) => void) {
    this.#drained = drained;
    this.#goOn = goOn;
    this.#onError = onError;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  park(thread: T): void {
    this.#parked.push(thread);
  }

  /** Removes and returns all parked threads. */
  takeAll(): T[] {
    return this.#parked.splice(0);
  }

  begin(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#drained().then(
      () => this.#end(),
      (error: unknown) => this.#onError(error),
    );
  }

  #end(): void {
    this.#isBusy = false;
    for (const thread of this.takeAll()) this.#goOn(thread);
  }
}
