/**
 * Matches identity and checksum that `qbl jmeter` writes at the end of a body. The import removes them, because qbl
 * adds new ones when it sends a message.
 */
const RENDERED_IDENTITY =
  /,?"qbl":\{"run":"[^"]*","group":\d+,"thread":[^,"]*,"loop":[^,"]*,"request":\d+,"sentAt":"[^"]*","sum":"[^"]*"\}(?=\}\s*$)/;

/** Matches the beginning of the key that a file of `qbl jmeter --render` has in its bodies, as XML may write it. */
const RENDERED_KEY = /(?:"|&quot;)qbl(?:"|&quot;):\{(?:"|&quot;)run(?:"|&quot;):/;

/** Whether the text of a .jmx file has bodies that already carry the identity that qbl writes. */
export function isRendered(jmx: string): boolean {
  return RENDERED_KEY.test(jmx);
}

/** Returns a body without the identity that `qbl jmeter --render` wrote into it. */
export function withoutIdentity(body: string): string {
  return body.replace(RENDERED_IDENTITY, '');
}
