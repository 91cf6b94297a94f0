import { gunzipSync } from 'node:zlib';

/** @throws when it is no gzip, or longer than the bound */
export function unpackGzip(packed: Uint8Array, maxBytes: number): Uint8Array {
  return gunzipSync(packed, { maxOutputLength: maxBytes });
}
