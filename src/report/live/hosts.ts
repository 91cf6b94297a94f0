const NAMES = ['127.0.0.1', '[::1]', 'localhost'];
/** Browsers leave it out of the Host header (RFC 9110, 4.2.1). */
const DEFAULT_PORT = 80;

/** What a request to a port of this machine has as its Host. */
export function hostsOf(port: number): ReadonlySet<string> {
  const hosts = NAMES.map((name) => `${name}:${port}`);
  return new Set(port === DEFAULT_PORT ? [...hosts, ...NAMES] : hosts);
}
