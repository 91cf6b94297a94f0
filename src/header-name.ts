/** The name of a header is a token (RFC 9110, section 5.1). */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * An object cannot store a header of this name, because assigning to `__proto__` replaces the prototype of the object.
 */
const LOST_NAME = '__proto__';

export function isHeaderName(text: string): boolean {
  return HEADER_NAME.test(text) && text !== LOST_NAME;
}
