import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { MAX_RULE_BODY_BYTES } from '../../samples/rules/json-body.ts';

type Decompress = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

/** The encodings that JMeter decompresses. JMeter leaves every other encoding as it is (HTTPHC4Impl.java). */
const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: (bytes, options) => (isZlib(bytes) ? inflateSync : inflateRawSync)(bytes, options),
  br: brotliDecompressSync,
};

/** Number of bytes in which JMeter looks for the charset of an HTML page. */
const HTML_HEAD_BYTES = 2000;

/**
 * Returns the text of a body as JMeter decodes it (SampleResult.java, HTTPSampleResult.java). Null if the body cannot be
 * decompressed, or would be longer than the limit.
 */
export function decodedBody(bytes: Buffer, encoding: string, contentType: string): string | null {
  const whole = decompressed(bytes, encoding.trim().toLowerCase());
  return whole === null ? null : decoded(whole, charsetOf(whole, contentType));
}

function decompressed(bytes: Buffer, encoding: string): Buffer | null {
  const decompress = Object.hasOwn(DECOMPRESS, encoding) ? DECOMPRESS[encoding] : undefined;
  if (decompress === undefined || bytes.length === 0) return bytes;
  try {
    return decompress(bytes, { maxOutputLength: MAX_RULE_BODY_BYTES });
  } catch {
    return null;
  }
}

/** Some servers send raw data although deflate means zlib data (RFC 9110, section 8.4.1.2). */
function isZlib(bytes: Buffer): boolean {
  return bytes.length > 1 && (bytes.readUInt8(0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

function charsetOf(bytes: Buffer, contentType: string): string {
  const charset = charsetIn(contentType);
  if (charset !== '' || !contentType.startsWith('text/html')) return charset;
  const head = bytes.toString('latin1', 0, HTML_HEAD_BYTES);
  return charsetIn(/<meta http-equiv="content-type" content="([^"]*)"/i.exec(head)?.[1] ?? '');
}

function charsetIn(contentType: string): string {
  const [, charset = ''] = /charset=([^;]*)/i.exec(contentType) ?? [];
  return /^["']/.test(charset) ? charset.slice(1, -1) : charset;
}

/** Java reads ISO 8859-1 and ASCII exactly, but TextDecoder reads them as Windows-1252. */
function decoded(bytes: Buffer, charset: string): string {
  if (/^(?:iso[-_]?8859[-_]?1|latin1)$/i.test(charset)) return bytes.toString('latin1');
  if (/^(?:us-)?ascii$/i.test(charset)) return bytes.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd');
  return decoderOf(charset).decode(bytes);
}

/** Falls back to UTF-8, as JMeter does. */
function decoderOf(charset: string): { decode(bytes: Buffer): string } {
  try {
    return new TextDecoder(charset || 'utf-8', { ignoreBOM: true });
  } catch {
    return new TextDecoder('utf-8', { ignoreBOM: true });
  }
}
