import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Codecs by the lowest three bits of a batch's attributes. Source: Kafka, CompressionType.java. */
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const LENGTH_AT = 8;
const LENGTH_OF_HEADER = 12;
const ATTRIBUTES_AT = 21;

/** Counts the batches in a broker's data folder by compression codec. */
export async function storedCodecs(data: string): Promise<Record<string, number>> {
  const batches: Record<string, number> = {};
  for (const file of await readdir(data, { recursive: true })) {
    if (!file.endsWith('.log')) continue;
    for (const codec of codecsOf(await readFile(join(data, file))))
      batches[codec] = (batches[codec] ?? 0) + 1;
  }
  return batches;
}

function* codecsOf(log: Buffer): Generator<string> {
  for (let at = 0; at + ATTRIBUTES_AT < log.length; ) {
    const length = log.readInt32BE(at + LENGTH_AT);
    if (length <= 0) return;
    yield CODECS[log.readInt16BE(at + ATTRIBUTES_AT) & 0b111] ?? 'unknown';
    at += LENGTH_OF_HEADER + length;
  }
}
