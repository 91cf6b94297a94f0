import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import type { HostAddress } from './url/url-parts.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Returns the address to which a host and a port lead. All names of this machine's loopback give the same text. Null if
 * the host name is not found.
 */
export async function reachedAddress({ host, port }: HostAddress): Promise<string | null> {
  const found = await lookup(host).catch(() => null);
  if (found === null) return null;
  const { address } = found;
  return `${LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') ? 'loopback' : address}:${port}`;
}
