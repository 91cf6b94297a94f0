import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { QblError } from '../error.ts';
import type { HostAddress } from './url/url-parts.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Returns the address to which the first existing host of a URL leads. All names of this machine's loopback give the same
 * text. Null if no host name exists.
 * @throws QblError 'environment' if a look-up fails for another reason. The next host would give another address, and
 * two URLs of one queue would then seem to name two queues
 */
export async function reachedAddress(hosts: readonly HostAddress[]): Promise<string | null> {
  for (const { host, port } of hosts) {
    const found = await lookup(host).catch((error: NodeJS.ErrnoException) => notFound(host, error));
    if (found === null) continue;
    const { address } = found;
    return `${LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') ? 'loopback' : address}:${port}`;
  }
  return null;
}

function notFound(host: string, cause: NodeJS.ErrnoException): null {
  if (cause.code === 'ENOTFOUND') return null;
  throw new QblError('environment', `cannot look up the host name ${host}: ${cause.code ?? cause.message}`, {
    cause,
    hint: 'Try again, or write the IP address in the URL.',
  });
}
