import { unpackGzip } from './gzip.ts';
import type { Unpack } from './unpack.ts';

/**
 * Limit for one decompressed record batch. Brokers accept batches of 1 MB by default. Of these codecs, LZ4 compresses
 * least: at most 255 : 1, for zeros. No realistic batch reaches this limit.
 */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

/**
 * Indexed by the codec number in a batch's attributes (Kafka's CompressionType.java). Each codec is loaded on its
 * first use.
 */
const CODECS: readonly (() => Promise<Unpack>)[] = [
  async () => (records) => records,
  async () => unpackGzip,
  async () => (await import('./snappy.ts')).unpackSnappy,
  async () => (await import('./lz4.ts')).unpackLz4,
  async () => (await import('./zstd.ts')).unpackZstd,
];

/**
 * Decompresses the records of a batch with the codec that its producer used.
 * @throws if Kafka has no such codec, or the result exceeds 128 MiB
 */
export async function unpackBatch(records: Buffer, compression: number): Promise<Buffer> {
  const load = CODECS[compression];
  if (load === undefined)
    throw new Error(`the batch is compressed with codec ${compression}, which Kafka does not have`);
  const { buffer, byteOffset, byteLength } = (await load())(records, MAX_UNPACKED_BYTES);
  return Buffer.from(buffer, byteOffset, byteLength);
}
