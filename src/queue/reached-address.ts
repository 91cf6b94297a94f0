import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { QblError } from '../error.ts';
import type { HostAddress } from './url/url-parts.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Returns the address to which a host and a port lead. All names of this machine's loopback give the same text. Null if
 * the host name does not exist.
 * @throws QblError 'environment' if the look-up fails for another reason: two names may then lead to one queue
 */
export async function reachedAddress({ host, port }: HostAddress): Promise<string | null> {
  const found = await lookup(host).catch((error: NodeJS.ErrnoException) => notFound(host, error));
  if (found === null) return null;
  const { address } = found;
  return `${LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') ? 'loopback' : address}:${port}`;
}

function notFound(host: string, cause: NodeJS.ErrnoException): null {
  if (cause.code === 'ENOTFOUND') return null;
  throw new QblError('environment', `cannot look up the host name ${host}: ${cause.code ?? cause.message}`, {
    cause,
  });
}
