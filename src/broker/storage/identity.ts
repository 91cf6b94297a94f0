import { randomInt, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { BrokerError } from '../error.ts';
import { moveAside } from './aside.ts';
import type { OnDamage } from './damage.ts';
import { readSealed, writeSealed } from './sealed-file.ts';

/** Name of the file that marks a folder as a broker's data folder. */
export const IDENTITY_FILE = 'broker.json';
const FORMAT = 2;
/** The broker reserves producer ids in blocks of this size. After a restart, the unused ids of a block are skipped. */
const BLOCK_SIZE = 1_000;
/**
 * The largest value that `randomInt` accepts. Ids that start at this value stay far below 2^53, so JavaScript
 * represents them exactly.
 */
const MAX_FIRST_PRODUCER_ID = 2 ** 48 - 1;

interface BrokerFile {
  readonly format: typeof FORMAT;
  readonly clusterId: string;
  readonly nextProducerId: number;
}

/** Reads the identity file of a data folder. Creates the file in a new data folder. */
export async function openIdentity(directory: string, onDamage: OnDamage): Promise<DataIdentity> {
  const path = join(directory, IDENTITY_FILE);
  const file = await readBrokerFile(path, onDamage);
  if (file) return new DataIdentity(path, file);
  const fresh: BrokerFile = { format: FORMAT, clusterId: randomUUID(), nextProducerId: firstProducerId() };
  await writeSealed(path, fresh);
  return new DataIdentity(path, fresh);
}

/**
 * Returns a random first producer id. If this id were fixed, a broker with new data could treat batches of an
 * old broker's producers as repetitions of its own batches.
 */
function firstProducerId(): number {
  return randomInt(1, MAX_FIRST_PRODUCER_ID);
}

/** The cluster id of a data folder, and the source of new producer ids. */
export class DataIdentity {
  readonly clusterId: string;
  readonly #path: string;
  #nextProducerId: number;
  #blockEnd: number;
  #reserving: Promise<void> | undefined;

  constructor(path: string, { clusterId, nextProducerId }: BrokerFile) {
    this.#path = path;
    this.clusterId = clusterId;
    this.#nextProducerId = nextProducerId;
    this.#blockEnd = nextProducerId;
  }

  /** Resolves with an id that was never assigned before, not even before a restart. Rejects with the disk's error. */
  async takeProducerId(): Promise<number> {
    while (this.#nextProducerId >= this.#blockEnd) {
      this.#reserving ??= this.#reserveBlock().finally(() => {
        this.#reserving = undefined;
      });
      await this.#reserving;
    }
    return this.#nextProducerId++;
  }

  async #reserveBlock(): Promise<void> {
    const blockEnd = this.#blockEnd + BLOCK_SIZE;
    const file: BrokerFile = { format: FORMAT, clusterId: this.clusterId, nextProducerId: blockEnd };
    await writeSealed(this.#path, file);
    this.#blockEnd = blockEnd;
  }
}

async function readBrokerFile(path: string, onDamage: OnDamage): Promise<BrokerFile | undefined> {
  const sealed = await readSealed(path);
  if (sealed.kind === 'missing') return undefined;
  if (sealed.kind === 'intact' && isBrokerFile(sealed.content)) return sealed.content;
  if (sealed.kind !== 'damaged') {
    throw new BrokerError('data-unusable', `${path} was not written by this version of qbl broker.`);
  }
  await onDamage({
    path,
    what: 'is damaged: its checksum is wrong',
    mend: async () => `moved to ${await moveAside(path)}; the broker gets a new cluster id`,
  });
  return undefined;
}

function isBrokerFile(value: unknown): value is BrokerFile {
  if (typeof value !== 'object' || value === null) return false;
  if (!('format' in value) || value.format !== FORMAT) return false;
  if (!('clusterId' in value) || typeof value.clusterId !== 'string') return false;
  return 'nextProducerId' in value && Number.isSafeInteger(value.nextProducerId);
}
