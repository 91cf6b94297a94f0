import kafkajs from 'kafkajs';
import { unpackGzip } from './gzip.ts';
import type { Unpack } from './unpack.ts';

/**
 * What one record batch may unpack to. Brokers take batches of 1 MB by default, and LZ4, the least dense of the
 * codecs, reaches 255 : 1 on zeros; this is far above what messages of any use come to.
 */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

/**
 * Teaches kafkajs to read what any producer compresses: by itself it knows gzip alone, without a bound. The codecs
 * are registered once for the whole process, as kafkajs has it, and loaded when a batch needs them.
 */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.GZIP] = () => codec(async () => unpackGzip);
  CompressionCodecs[CompressionTypes.Snappy] = () =>
    codec(async () => (await import('./snappy.ts')).unpackSnappy);
  CompressionCodecs[CompressionTypes.LZ4] = () => codec(async () => (await import('./lz4.ts')).unpackLz4);
  CompressionCodecs[CompressionTypes.ZSTD] = () => codec(async () => (await import('./zstd.ts')).unpackZstd);
}

function codec(load: () => Promise<Unpack>) {
  return {
    compress: () => Promise.reject(new Error('qbl sends uncompressed batches')),
    decompress: async (packed: Buffer): Promise<Buffer> => {
      const unpacked = (await load())(packed, MAX_UNPACKED_BYTES);
      return Buffer.from(unpacked.buffer, unpacked.byteOffset, unpacked.byteLength);
    },
  };
}
