import { crc32c } from '../log/crc32c.ts';

export interface BatchOptions {
  readonly count?: number;
  readonly payload?: Buffer;
  readonly attributes?: number;
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
}

/** A record batch v2, as a producer sends it. Its records can be any bytes, because the broker never reads them. */
export function batchOf(options: BatchOptions = {}): Buffer {
  const { count = 1, payload = Buffer.from('opaque'), attributes = 0 } = options;
  const { producerId = -1, producerEpoch = -1, baseSequence = -1 } = options;
  const batch = Buffer.alloc(61 + payload.length);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(-1, 12);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(attributes, 21);
  batch.writeInt32BE(count - 1, 23);
  batch.writeBigInt64BE(1_000n, 27);
  batch.writeBigInt64BE(1_000n, 35);
  batch.writeBigInt64BE(BigInt(producerId), 43);
  batch.writeInt16BE(producerEpoch, 51);
  batch.writeInt32BE(baseSequence, 53);
  batch.writeInt32BE(count, 57);
  payload.copy(batch, 61);
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

/** Returns the payload of each batch in the fetched bytes. */
export function payloadsOf(records: Buffer | null): string[] {
  const payloads: string[] = [];
  let rest = records ?? Buffer.alloc(0);
  while (rest.length > 0) {
    const end = 12 + rest.readInt32BE(8);
    payloads.push(rest.toString('utf8', 61, end));
    rest = rest.subarray(end);
  }
  return payloads;
}
