import { LARGE_HOLD_BYTES, MAX_HELD_BYTES, MAX_LARGE_HELD_BYTES, MEMORY_PATIENCE_MS } from '../limits.ts';

/** A connection that has reserved a part of the memory budget. */
export interface Holder {
  readonly heldBytes: number;
  /**
   * Why the connection makes no progress. `client`: its client does not send the rest of a request, or does not read
   * an answer. `memory`: it waits for more memory.
   */
  readonly stalledBy: 'client' | 'memory' | undefined;
  giveWay(): void;
}

interface Waiting {
  readonly bytes: number;
  readonly resolve: (granted: boolean) => void;
}

/**
 * Limits the memory of all connections together. A connection that needs more memory waits until other connections
 * release some.
 */
export class MemoryBudget {
  readonly #maxBytes: number;
  readonly #maxLargeBytes: number;
  readonly #holders = new Set<Holder>();
  #waiting: Waiting[] = [];
  #usedBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(maxBytes = MAX_HELD_BYTES, maxLargeBytes = MAX_LARGE_HELD_BYTES) {
    this.#maxBytes = maxBytes;
    this.#maxLargeBytes = maxLargeBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  add(holder: Holder): void {
    this.#holders.add(holder);
  }

  remove(holder: Holder): void {
    this.#holders.delete(holder);
  }

  /**
   * Reserves memory if enough is free now. Returns whether the memory was reserved. Returns false for a large request
   * while earlier requests wait.
   */
  tryReserve(bytes: number): boolean {
    const isFirst = this.#waiting.length === 0 || bytes <= LARGE_HOLD_BYTES;
    if (!isFirst || !this.#fits(bytes)) return false;
    this.#usedBytes += bytes;
    return true;
  }

  /** Resolves with true once the memory is reserved, or with false if the signal aborts first. */
  waitFor(bytes: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (granted: boolean) => {
        signal.removeEventListener('abort', giveUp);
        resolve(granted);
      };
      const waiting = { bytes, resolve: settle };
      const giveUp = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        settle(false);
        this.#grantNext();
      };
      signal.addEventListener('abort', giveUp);
      this.#waiting.push(waiting);
      this.#timer ??= setInterval(() => this.#relieve(), MEMORY_PATIENCE_MS / 4).unref();
    });
  }

  /** Adds memory that is already in use to the total, even if the total is then above the limit. */
  force(bytes: number): void {
    this.#usedBytes += bytes;
  }

  release(bytes: number): void {
    this.#usedBytes -= bytes;
    if (this.#waiting.length > 0) this.#grantNext();
  }

  /**
   * Whether the memory is free. Large reservations leave a part of the budget free, so that small requests such as
   * heartbeats always get memory.
   */
  #fits(bytes: number): boolean {
    const bound = bytes > LARGE_HOLD_BYTES ? this.#maxLargeBytes : this.#maxBytes;
    return this.#usedBytes + bytes <= bound;
  }

  /**
   * Grants memory to one waiting request in each turn of the event loop. In the same turn, the connection of that
   * request can add more memory with `force`. The check for the next request then includes the added memory.
   */
  #grantNext(): void {
    const [first] = this.#waiting;
    if (!first || !this.#fits(first.bytes)) return;
    this.#waiting.shift();
    this.#usedBytes += first.bytes;
    first.resolve(true);
    setImmediate(() => this.#grantNext());
  }

  /**
   * Grants memory to waiting requests. If requests still wait, closes the stalled connections that hold most memory.
   */
  #relieve(): void {
    this.#grantNext();
    const [first] = this.#waiting;
    if (!first) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    const bound = first.bytes > LARGE_HOLD_BYTES ? this.#maxLargeBytes : this.#maxBytes;
    let missingBytes = this.#usedBytes + first.bytes - bound;
    for (const holder of this.#victims()) {
      if (missingBytes <= 0) return;
      missingBytes -= holder.heldBytes;
      holder.giveWay();
    }
  }

  /**
   * Returns the connections to close, the largest connection first. Normally these are the connections whose clients do
   * not read or send. In a deadlock, returns only the largest waiting connection: no client is to blame, and all large
   * connections wait for memory.
   */
  #victims(): Holder[] {
    const holders = [...this.#holders].filter(({ heldBytes }) => heldBytes > 0);
    const stalled = (by: Holder['stalledBy']) => {
      const found = holders.filter(({ stalledBy }) => stalledBy === by);
      return found.sort((one, other) => other.heldBytes - one.heldBytes);
    };
    const blamed = stalled('client');
    const large = holders.filter(({ heldBytes }) => heldBytes > LARGE_HOLD_BYTES);
    const isDeadlock = blamed.length === 0 && large.every(({ stalledBy }) => stalledBy === 'memory');
    return isDeadlock ? stalled('memory').slice(0, 1) : blamed;
  }
}

/** Keeps account of the memory that one connection has reserved. */
export class Account {
  readonly #budget: MemoryBudget;
  #heldBytes = 0;
  #waiting = 0;
  #grantedMs = 0;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  tryReserve(bytes: number): boolean {
    const granted = this.#budget.tryReserve(bytes);
    if (granted) this.#heldBytes += bytes;
    return granted;
  }

  get isWaiting(): boolean {
    return this.#waiting > 0;
  }

  /** The last time, on the clock of `performance.now()`, at which a waiting request was granted memory. */
  get grantedMs(): number {
    return this.#grantedMs;
  }

  async waitFor(bytes: number, signal: AbortSignal): Promise<boolean> {
    this.#waiting++;
    const granted = await this.#budget.waitFor(bytes, signal);
    this.#waiting--;
    if (granted) this.#heldBytes += bytes;
    this.#grantedMs = performance.now();
    return granted;
  }

  force(bytes: number): void {
    this.#heldBytes += bytes;
    this.#budget.force(bytes);
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes;
    this.#budget.release(bytes);
  }
}
