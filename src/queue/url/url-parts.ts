import { isIPv6 } from 'node:net';
import { QblError } from '../../error.ts';

/** The parts of a queue URL, before they are checked. */
export interface UrlParts {
  /** The text between `//` and the path: one host, or several separated by commas. */
  readonly authority: string;
  /** The text after the first slash, still percent-encoded. */
  readonly path: string;
  /** The text from `?` or `#` to the end. */
  readonly rest: string;
}

export interface HostAddress {
  /** A host name or an IP address. An IPv6 address has no brackets here. */
  readonly host: string;
  readonly port: number;
}

/** The URL format of one queue system. */
export interface UrlForm {
  readonly form: string;
  /** What listens at the address, such as `broker`. Used in error messages. */
  readonly listener: string;
  readonly defaultPort: number;
}

/**
 * Parses the hosts of a URL.
 * @throws QblError 'usage' for an invalid host
 */
export function parseHosts(authority: string, form: UrlForm): HostAddress[] {
  return authority.split(',').map((text) => parseHost(text, form));
}

export function formatHosts(hosts: readonly HostAddress[]): string {
  return hosts.map(({ host, port }) => (isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`)).join(',');
}

/** Creates an error for an invalid URL. The message must never repeat a secret. */
export function wrongUrl(message: string, hint: string): QblError {
  return new QblError('usage', message, { hint });
}

function parseHost(text: string, form: UrlForm): HostAddress {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(text);
  if (match === null) {
    throw wrongUrl(
      `'${text}' is not a ${form.listener}.`,
      `Write the ${form.listener} as host:port, with an IPv6 address in brackets: [::1]:${form.defaultPort}.`,
    );
  }
  const [, bracketed, name, port] = match;
  return {
    host: bracketed === undefined ? parseName(name ?? '', form) : parseIPv6(bracketed, form),
    port: port === undefined ? form.defaultPort : parsePort(port),
  };
}

function parseName(name: string, { form, listener }: UrlForm): string {
  if (/^[A-Za-z0-9._-]+$/.test(name)) return name;
  throw wrongUrl(
    name === '' ? `A ${listener} in the queue URL has no host.` : `'${name}' is not a host name.`,
    `Expected ${form}.`,
  );
}

function parseIPv6(address: string, { defaultPort }: UrlForm): string {
  if (isIPv6(address)) return address;
  throw wrongUrl(
    `'[${address}]' is not an IPv6 address.`,
    `Write an IPv6 address and its port like this: [::1]:${defaultPort}.`,
  );
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw wrongUrl(`'${text}' is not a port.`, 'A port is a number from 1 to 65535.');
}
