/** The name of a header is a token (RFC 9110, section 5.1). */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Values with a key of this name would lose it, because assigning to it replaces the prototype of an object. */
const LOST_NAME = '__proto__';

export function isHeaderName(text: string): boolean {
  return HEADER_NAME.test(text) && text !== LOST_NAME;
}
