/** Characters that Apache HttpClient does not encode in a segment of a path (URLEncodedUtils.java, PATHSAFE). */
const SAFE_IN_SEGMENT = /[\w\-.*!~'();:@&=+$,]/;
/** Characters that java.net.URI encodes, or does not accept. */
const NOT_IN_URI = /[^\w\-.~!$&'()*+,;=:@/?%[\]]+/g;

/**
 * Returns path and query of a URL as Apache HttpClient 4.5 sends them. It leaves out empty segments of the path, except
 * the last one. If it leaves out one, it also decodes and encodes all segments (URIUtils.java, rewriteURI). A URL parser
 * of browsers would also resolve `.` and `..`.
 */
export function javaTarget(url: string): string {
  const [, path = '', query = ''] = /^[^:]*:\/\/[^/?#]*([^?#]*)(\?[^#]*)?/s.exec(url) ?? [];
  const segments = path.split('/').slice(1);
  const kept = segments.filter((segment, at) => segment !== '' || at === segments.length - 1);
  const target = kept.length === segments.length ? path : kept.map(encodedSegment).join('');
  return ((target === '' ? '/' : target) + query).normalize('NFC').replace(NOT_IN_URI, encoded);
}

function encodedSegment(segment: string): string {
  const bytes = segment.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const characters = [...Buffer.from(bytes, 'latin1').toString()];
  return `/${characters.map((one) => (SAFE_IN_SEGMENT.test(one) ? one : encoded(one))).join('')}`;
}

function encoded(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
