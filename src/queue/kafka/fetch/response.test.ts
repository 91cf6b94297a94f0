import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeaders } from './headers.ts';
import { type RecordBatch, recordsIn, unpackedRecords } from './record-batch.ts';
import { type FetchAnswer, readFetchResponse } from './response.ts';

async function recordsOf(batch: RecordBatch) {
  return recordsIn(batch, await unpackedRecords(batch), (offset, timestampMs, key, value, headers) => ({
    offset,
    timestampMs,
    key,
    value,
    headers,
  }));
}

/** The part of kafkajs's src/protocol, version 2.2.4, that encodes batches and decodes answers. */
interface KafkajsEncoder {
  readonly buffer: Buffer;
  writeInt16(value: number): KafkajsEncoder;
  writeInt32(value: number): KafkajsEncoder;
  writeInt64(value: number): KafkajsEncoder;
  writeString(value: string): KafkajsEncoder;
  writeBytes(value: Buffer): KafkajsEncoder;
}
interface KafkajsRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}
interface KafkajsPartition {
  readonly abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[];
  readonly messages: readonly KafkajsRecord[];
}
interface KafkajsProtocol {
  decode(frame: Buffer): Promise<{ responses: readonly { partitions: readonly KafkajsPartition[] }[] }>;
}

const require = createRequire(import.meta.url);
const Encoder: new () => KafkajsEncoder = require('kafkajs/src/protocol/encoder');
const encodeRecord: (record: object) => unknown = require('kafkajs/src/protocol/recordBatch/record/v0');
const { RecordBatch: encodeBatch }: { RecordBatch: (batch: object) => Promise<KafkajsEncoder> } =
  require('kafkajs/src/protocol/recordBatch/v0');
const kafkajs = (version: number): KafkajsProtocol =>
  require(`kafkajs/src/protocol/requests/fetch/v${version}/response`);

const ATTRIBUTES = 21;
const RECORD_COUNT = 57;
const BATCH_HEADER_BYTES = 61;
const LOG_APPEND_TIME = 0x08;
const versions = fc.integer({ min: 4, max: 11 });
const offsets = fc.nat({ max: 2 ** 40 });
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const records = fc.array(
  fc.record({
    timestampDelta: fc.integer({ min: -1_000, max: 2 ** 33 }),
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc.dictionary(fc.constantFrom('a', 'traceparent'), bytes),
  }),
  { minLength: 1, maxLength: 20 },
);
const batches = fc.array(fc.record({ gap: fc.nat({ max: 9 }), records, isStamped: fc.boolean() }), {
  maxLength: 4,
});

interface Batch {
  readonly gap: number;
  readonly records: readonly object[];
  readonly isStamped: boolean;
}

async function encoded(all: readonly Batch[], start: number): Promise<Buffer> {
  const written: Buffer[] = [];
  let offset = start;
  for (const { gap, records: fields, isStamped } of all) {
    offset += gap;
    const batch = await encodeBatch({
      firstOffset: offset,
      firstTimestamp: 1_700_000_000_000,
      maxTimestamp: 1_700_000_009_999,
      producerId: 7,
      lastOffsetDelta: fields.length - 1,
      records: fields.map((record, offsetDelta) => encodeRecord({ ...record, offsetDelta })),
    });
    if (isStamped) batch.buffer.writeInt16BE(LOG_APPEND_TIME, ATTRIBUTES);
    written.push(batch.buffer);
    offset += fields.length;
  }
  return Buffer.concat(written);
}

/** An answer to Fetch with one partition, whose list of aborted transactions has two entries. */
function answer(version: number, set: Buffer): Buffer {
  const frame = new Encoder().writeInt32(30);
  if (version >= 7) frame.writeInt16(0).writeInt32(0);
  frame.writeInt32(1).writeString('stress-topic').writeInt32(1);
  frame.writeInt32(3).writeInt16(0).writeInt64(900).writeInt64(800);
  if (version >= 5) frame.writeInt64(5);
  frame.writeInt32(2).writeInt64(11).writeInt64(100).writeInt64(12).writeInt64(200);
  if (version >= 11) frame.writeInt32(-1);
  return frame.writeBytes(set).buffer;
}

/** Size of the encoded batches. */
function lengthOf(batches: readonly RecordBatch[]): number {
  return batches.reduce((sum, { records }) => sum + BATCH_HEADER_BYTES + records.length, 0);
}

function onlyPartition({ responses }: FetchAnswer) {
  const partition = responses[0]?.partitions[0];
  if (partition === undefined) throw new Error('no partition');
  return partition;
}

describe('readFetchResponse', () => {
  it('reads the same as kafkajs', async () => {
    await fc.assert(
      fc.asyncProperty(versions, offsets, batches, async (version, start, written) => {
        const frame = answer(version, await encoded(written, start));
        const theirs = (await kafkajs(version).decode(frame)).responses[0]?.partitions[0];
        const ours = onlyPartition(readFetchResponse(frame, version));
        const read: object[] = [];
        for (const batch of ours.batches) {
          for (const { offset, timestampMs, key, value, headers } of await recordsOf(batch)) {
            const decoded = headers === null ? [] : decodeHeaders(headers);
            read.push({ offset: `${offset}`, timestamp: `${timestampMs}`, key, value, headers: decoded });
          }
        }
        const expected = theirs?.messages.map(({ offset, timestamp, key, value, headers }) => ({
          offset,
          timestamp,
          key,
          value,
          headers: Object.entries(headers).map(([name, bytes]) => ({ name, value: bytes.toString() })),
        }));
        expect(read).toEqual(expected);
        expect(ours).toMatchObject({ partition: 3, highWatermark: 900, lastStableOffset: 800 });
        expect(ours.abortedTransactions.map(({ producerId }) => `${producerId}`)).toEqual(
          theirs?.abortedTransactions.map(({ producerId }) => producerId),
        );
      }),
    );
  });

  it('returns the next offset even if compaction removed the last records of a batch', async () => {
    const set = await encoded([{ gap: 0, isStamped: false, records: [{ value: Buffer.from('a') }] }], 40);
    set.writeInt32BE(9, ATTRIBUTES + 2);
    expect(onlyPartition(readFetchResponse(answer(11, set), 11)).nextOffset).toBe(50);
    expect(onlyPartition(readFetchResponse(answer(11, Buffer.alloc(0)), 11)).nextOffset).toBeNull();
  });

  it('leaves out an incomplete last batch, which the next fetch returns completely', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(), async (written, cut) => {
        const set = await encoded(written, 0);
        const length = cut % (set.length + 1);
        const whole = onlyPartition(readFetchResponse(answer(11, set), 11)).batches;
        const { batches: read } = onlyPartition(readFetchResponse(answer(11, set.subarray(0, length)), 11));
        const ends = whole.map((_, i) => lengthOf(whole.slice(0, i + 1)));
        expect(read).toEqual(whole.slice(0, ends.filter((end) => end <= length).length));
      }),
    );
  });

  it('reads compressed records', async () => {
    const records = [encodeRecord({ offsetDelta: 0, value: Buffer.from('packed') })];
    const packed = async (compression: number) => (await encodeBatch({ compression, records })).buffer;
    const gzip = await packed(1);
    const read = onlyPartition(readFetchResponse(answer(11, gzip), 11));
    const values: (string | undefined)[] = [];
    for (const batch of read.batches)
      values.push(...(await recordsOf(batch)).map(({ value }) => value?.toString()));
    expect(values).toEqual(['packed']);
    gzip.writeInt16BE(7, ATTRIBUTES);
    const [unknown] = onlyPartition(readFetchResponse(answer(11, gzip), 11)).batches;
    await expect(unknown && recordsOf(unknown)).rejects.toThrow('codec 7');
  });

  it('rejects a batch with a wrong record count', async () => {
    const set = await encoded([{ gap: 0, isStamped: false, records: [{ value: Buffer.from('a') }] }], 0);
    for (const count of [-1, 0, 2]) {
      set.writeInt32BE(count, RECORD_COUNT);
      const [batch] = onlyPartition(readFetchResponse(answer(11, set), 11)).batches;
      await expect(batch && recordsOf(batch)).rejects.toThrow('batch at 0 cannot be read');
    }
  });

  it('throws an error for invalid bytes', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(), bytes, async (written, at, damage) => {
        const frame = answer(11, await encoded(written, 0));
        damage.copy(frame, at % frame.length);
        try {
          const { batches: read } = onlyPartition(readFetchResponse(frame, 11));
          for (const batch of read) {
            for (const { headers } of await recordsOf(batch)) decodeHeaders(headers ?? Buffer.of());
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });

  it('rejects a format before Kafka 0.11 and names it', async () => {
    const set = await encoded([{ gap: 0, isStamped: false, records: [{ value: Buffer.from('a') }] }], 0);
    set.writeInt8(1, 16);
    expect(() => readFetchResponse(answer(4, set), 4)).toThrow('format 1');
    expect(() => readFetchResponse(answer(4, set), 3)).toThrow('0.11');
  });
});
