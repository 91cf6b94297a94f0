import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../error.ts';
import type { FsyncPolicy } from './append-file.ts';
import { moveAside } from './aside.ts';
import type { OnDamage } from './damage.ts';
import { readSealed, writeSealed } from './sealed-file.ts';

/**
 * What is known about the length of a file before it is opened. `exact`: its length when the broker stopped cleanly.
 * `atLeast`: the broker did not stop cleanly, and the file had at least this length. `cacheKept`: the operating system
 * was not restarted since then, so no write is lost.
 */
export type KnownLength =
  | { readonly kind: 'exact'; readonly bytes: number }
  | { readonly kind: 'atLeast'; readonly bytes: number; readonly cacheKept: boolean };

/** File lengths in bytes. A key is the path of the file inside the data folder. */
export type Lengths = Readonly<Record<string, number>>;

interface State {
  /** Whether the last broker closed all its files. Kafka's file .kafka_cleanshutdown has the same meaning. */
  readonly clean: boolean;
  /** Identifies the boot of the operating system under which the broker ran. Null if the system does not report it. */
  readonly bootId: string | null;
  /** Whether the saved lengths are correct even after a power cut. True if every append was synced before its ack. */
  readonly synced: boolean;
  /**
   * The lengths of the files when the broker stopped cleanly. After a crash, these are the lengths that were saved
   * last.
   */
  readonly lengths: Lengths;
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** Reads how the last broker stopped. The file is always replaced as a whole, so a crash cannot damage it. */
export async function openSession(
  directory: string,
  { fsync, onDamage }: { readonly fsync: FsyncPolicy; readonly onDamage: OnDamage },
): Promise<BrokerSession> {
  const path = join(directory, 'state.json');
  const sealed = await readSealed(path);
  const state = sealed.kind === 'intact' && isState(sealed.content) ? sealed.content : undefined;
  if (state === undefined && sealed.kind !== 'missing') {
    const mend = async () => `moved to ${await moveAside(path)}; missing ends of logs cannot be detected`;
    await onDamage({ path, what: 'is damaged: its checksum or content is wrong', mend });
  }
  return new BrokerSession({ path, bootId: await readBootId(), synced: fsync === 'always' }, state);
}

interface SessionOptions {
  readonly path: string;
  readonly bootId: string | null;
  readonly synced: boolean;
}

/** Knows how the last broker in this data folder stopped, and records how the present broker stops. */
export class BrokerSession {
  readonly #options: SessionOptions;
  readonly #last: State | undefined;
  #written = '';

  constructor(options: SessionOptions, last: State | undefined) {
    this.#options = options;
    this.#last = last;
  }

  get endedCleanly(): boolean {
    return this.#last?.clean === true;
  }

  /** Files whose lengths the last broker saved. */
  get files(): string[] {
    return Object.keys(this.#last?.lengths ?? {});
  }

  /** Returns what is known about the length of a file in this data folder. */
  known(file: string): KnownLength {
    const bytes = this.#last?.lengths[file];
    if (this.#last?.clean && bytes !== undefined) return { kind: 'exact', bytes };
    const { bootId } = this.#options;
    const cacheKept = bootId !== null && this.#last?.bootId === bootId;
    const holds = cacheKept || this.#last?.synced === true;
    return { kind: 'atLeast', bytes: holds ? (bytes ?? 0) : 0, cacheKept };
  }

  /**
   * Saves the lengths of acknowledged data. Unless `markStopped` follows, the next start treats the end of this broker
   * as a crash.
   */
  markRunning(lengths: Lengths): Promise<void> {
    return this.#write(false, lengths);
  }

  markStopped(lengths: Lengths): Promise<void> {
    return this.#write(true, lengths);
  }

  async #write(clean: boolean, lengths: Lengths): Promise<void> {
    const { path, bootId, synced } = this.#options;
    const state: State = { clean, bootId, synced, lengths };
    const text = JSON.stringify(state);
    if (text === this.#written) return;
    await writeSealed(path, state);
    this.#written = text;
  }
}

async function readBootId(): Promise<string | null> {
  try {
    return (await readFile(BOOT_ID, 'utf8')).trim();
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}

function isState(value: unknown): value is State {
  if (typeof value !== 'object' || value === null) return false;
  if (!('clean' in value) || typeof value.clean !== 'boolean') return false;
  if (!('bootId' in value) || !(value.bootId === null || typeof value.bootId === 'string')) return false;
  if (!('synced' in value) || typeof value.synced !== 'boolean') return false;
  if (!('lengths' in value) || typeof value.lengths !== 'object' || value.lengths === null) return false;
  return Object.values(value.lengths).every((length) => Number.isSafeInteger(length));
}
