import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { BrokerError } from '../error.ts';
import { moveAside } from './aside.ts';
import type { OnDamage } from './damage.ts';
import { readSealed, writeSealed } from './sealed-file.ts';

/** Name of the file that marks a folder as a broker's data folder. */
export const IDENTITY_FILE = 'broker.json';
const FORMAT = 2;

/** The content of the identity file. */
export interface DataIdentity {
  readonly format: typeof FORMAT;
  readonly clusterId: string;
}

/** Reads the identity file of a data folder. Creates the file in a new data folder. */
export async function openIdentity(directory: string, onDamage: OnDamage): Promise<DataIdentity> {
  const path = join(directory, IDENTITY_FILE);
  const known = await readIdentity(path, onDamage);
  if (known) return known;
  const fresh: DataIdentity = { format: FORMAT, clusterId: randomUUID() };
  await writeSealed(path, fresh);
  return fresh;
}

async function readIdentity(path: string, onDamage: OnDamage): Promise<DataIdentity | undefined> {
  const sealed = await readSealed(path);
  if (sealed.kind === 'missing') return undefined;
  if (sealed.kind === 'intact' && isIdentity(sealed.content)) return sealed.content;
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

function isIdentity(value: unknown): value is DataIdentity {
  if (typeof value !== 'object' || value === null) return false;
  if (!('format' in value) || value.format !== FORMAT) return false;
  return 'clusterId' in value && typeof value.clusterId === 'string';
}
