import { randomInt, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, isSystemError } from '../error.ts';
import { replaceFile } from './atomic-file.ts';

const FORMAT = 1;
/** Producer ids are taken from the file in blocks; a restart skips what was left of one. */
const BLOCK_SIZE = 1_000;
/** The most that `randomInt` takes, and exact in a number with all ids that follow. */
const MAX_FIRST_PRODUCER_ID = 2 ** 48 - 1;

interface BrokerFile {
  readonly format: typeof FORMAT;
  readonly clusterId: string;
  readonly nextProducerId: number;
}

/** Reads `broker.json`, making it in a new data directory; BrokerError 'data-unusable' if it is not ours. */
export async function openIdentity(directory: string): Promise<Identity> {
  const path = join(directory, 'broker.json');
  const file = await readBrokerFile(path);
  if (file) return new Identity(path, file);
  const fresh: BrokerFile = { format: FORMAT, clusterId: randomUUID(), nextProducerId: firstProducerId() };
  await replaceFile(path, JSON.stringify(fresh));
  return new Identity(path, fresh);
}

/**
 * Anywhere: where a broker stands in the place of another, what producers of that one still send must not be taken
 * for repeats of its own producers' batches.
 */
function firstProducerId(): number {
  return randomInt(1, MAX_FIRST_PRODUCER_ID);
}

/** What a data directory is called, and which producer ids it has given away. */
export class Identity {
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

  /** An id that nobody was ever given, also not before a restart; rejects with the disk's error. */
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
    await replaceFile(this.#path, JSON.stringify(file));
    this.#blockEnd = blockEnd;
  }
}

async function readBrokerFile(path: string): Promise<BrokerFile | undefined> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    throw new BrokerError('data-unusable', `Cannot read ${path}.`, error);
  }
  if (isBrokerFile(content)) return content;
  throw new BrokerError('data-unusable', `${path} was not written by this version of the broker.`);
}

function isBrokerFile(value: unknown): value is BrokerFile {
  if (typeof value !== 'object' || value === null) return false;
  if (!('format' in value) || value.format !== FORMAT) return false;
  if (!('clusterId' in value) || typeof value.clusterId !== 'string') return false;
  return 'nextProducerId' in value && Number.isSafeInteger(value.nextProducerId);
}
