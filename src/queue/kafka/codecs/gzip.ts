import { gunzipSync } from 'node:zlib';

/**
 * Decompresses gzip data.
 * @throws if the data is not gzip, or its content exceeds the limit
 */
export function unpackGzip(packed: Uint8Array, maxBytes: number): Uint8Array {
  return gunzipSync(packed, { maxOutputLength: maxBytes });
}
