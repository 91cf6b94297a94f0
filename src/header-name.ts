/** The name of a header is a token (RFC 9110, section 5.1). */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

export function isHeaderName(text: string): boolean {
  return HEADER_NAME.test(text);
}
