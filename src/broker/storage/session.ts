import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../error.ts';
import { readSealed, writeSealed } from './sealed-file.ts';

/**
 * What is known about the length of a file before it is opened. `exact`: the broker stopped cleanly. `atLeast`: it
 * did not; `cacheKept` says that the operating system has run on since, so that all that was written is there.
 */
export type KnownLength =
  | { readonly kind: 'exact'; readonly bytes: number }
  | { readonly kind: 'atLeast'; readonly bytes: number; readonly cacheKept: boolean };

/** Lengths in bytes by the path of the file inside of the data folder. */
export type Lengths = Readonly<Record<string, number>>;

interface State {
  /** As Kafka's .kafka_cleanshutdown: the last broker closed all of its files. */
  readonly clean: boolean;
  /** Which start of the operating system the broker ran under; null where the system does not tell. */
  readonly bootId: string | null;
  /** At the clean stop, or at the start that was not followed by one. */
  readonly lengths: Lengths;
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

export async function openSession(directory: string): Promise<Session> {
  const path = join(directory, 'state.json');
  const sealed = await readSealed(path);
  const state = sealed.kind === 'intact' && isState(sealed.content) ? sealed.content : undefined;
  return new Session(path, await readBootId(), state);
}

/** How the last broker on this data ended, and how this one does. */
export class Session {
  readonly #path: string;
  readonly #bootId: string | null;
  readonly #last: State | undefined;

  constructor(path: string, bootId: string | null, last: State | undefined) {
    this.#path = path;
    this.#bootId = bootId;
    this.#last = last;
  }

  /** For a file that this data folder is known to have. */
  known(file: string): KnownLength {
    const bytes = this.#last?.lengths[file];
    if (this.#last?.clean && bytes !== undefined) return { kind: 'exact', bytes };
    const cacheKept = this.#bootId !== null && this.#last?.bootId === this.#bootId;
    return { kind: 'atLeast', bytes: bytes ?? 0, cacheKept };
  }

  /** From now on a stop without `markStopped` is a crash. */
  markRunning(lengths: Lengths): Promise<void> {
    return this.#write(false, lengths);
  }

  markStopped(lengths: Lengths): Promise<void> {
    return this.#write(true, lengths);
  }

  async #write(clean: boolean, lengths: Lengths): Promise<void> {
    const state: State = { clean, bootId: this.#bootId, lengths };
    await writeSealed(this.#path, state);
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
  if (!('lengths' in value) || typeof value.lengths !== 'object' || value.lengths === null) return false;
  return Object.values(value.lengths).every((length) => Number.isSafeInteger(length));
}
