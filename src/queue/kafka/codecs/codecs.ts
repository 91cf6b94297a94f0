import { unpackGzip } from './gzip.ts';
import type { Unpack } from './unpack.ts';

/**
 * Maximum size of one decompressed batch. Brokers accept compressed batches of 1 MB by default. Only data that repeats
 * itself all the time shrinks to less than a hundredth of its size.
 */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

/**
 * The codecs by their number in a batch's attributes (Kafka's CompressionType.java). Each codec is loaded when it is
 * first used.
 */
const CODECS: readonly (() => Promise<Unpack>)[] = [
  async () => (records) => records,
  async () => unpackGzip,
  async () => (await import('./snappy.ts')).unpackSnappy,
  async () => (await import('./lz4.ts')).unpackLz4,
  async () => (await import('./zstd.ts')).loadZstd(),
];

/**
 * Decompresses the records of a batch with the codec that its producer used.
 * @throws if Kafka has no such codec, or if the result exceeds 128 MiB
 */
export async function unpackBatch(records: Buffer, compression: number): Promise<Buffer> {
  const load = CODECS[compression];
  if (load === undefined)
    throw new Error(`the batch is compressed with codec ${compression}, which Kafka does not have`);
  const { buffer, byteOffset, byteLength } = (await load())(records, MAX_UNPACKED_BYTES);
  return Buffer.from(buffer, byteOffset, byteLength);
}
