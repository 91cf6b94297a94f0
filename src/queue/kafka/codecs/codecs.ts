import { unpackGzip } from './gzip.ts';
import type { Unpack } from './unpack.ts';

/**
 * What one record batch may unpack to. Brokers take batches of 1 MB by default, and LZ4, the least dense of the
 * codecs, reaches 255 : 1 on zeros; this is far above what messages of any use come to.
 */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

/** By their number in a batch's attributes (Kafka's CompressionType.java); each is loaded when a batch needs it. */
const CODECS: readonly (() => Promise<Unpack>)[] = [
  async () => (records) => records,
  async () => unpackGzip,
  async () => (await import('./snappy.ts')).unpackSnappy,
  async () => (await import('./lz4.ts')).unpackLz4,
  async () => (await import('./zstd.ts')).unpackZstd,
];

/**
 * The records of a batch, whatever its producer packed them with.
 * @throws when the codec is none of Kafka's, or they unpack to more than 128 MiB
 */
export async function unpackBatch(records: Buffer, compression: number): Promise<Buffer> {
  const load = CODECS[compression];
  if (load === undefined) throw new Error(`a batch compressed with codec ${compression}, which is not known`);
  const { buffer, byteOffset, byteLength } = (await load())(records, MAX_UNPACKED_BYTES);
  return Buffer.from(buffer, byteOffset, byteLength);
}
