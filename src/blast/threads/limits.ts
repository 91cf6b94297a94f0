import { readFile } from 'node:fs/promises';
import { QblError } from '../../error.ts';
import type { LoadGroup } from './load-group.ts';

/** Number of open files that the process needs besides its connections. */
const OTHER_FILES = 64;

/** Limits of the platform. A limit is null if the platform does not report it. */
export interface Limits {
  readonly openFiles: number | null;
  readonly ephemeralPorts: number | null;
}

/** The limits of this process, read from Linux's /proc. */
export async function readLimits(): Promise<Limits> {
  return {
    openFiles: openFilesIn(await readOrNull('/proc/self/limits')),
    ephemeralPorts: portsIn(await readOrNull('/proc/sys/net/ipv4/ip_local_port_range')),
  };
}

/** Throws QblError('environment') if the threads need more connections than the limits allow. */
export function checkLimits(groups: readonly LoadGroup[], limits: Limits): void {
  const connections = connectionsByOrigin(groups);
  const files = sum(connections.values()) + OTHER_FILES;
  if (limits.openFiles !== null && files > limits.openFiles) {
    throw new QblError(
      'environment',
      `this plan needs ${files} open files, but the limit is ${limits.openFiles}`,
      {
        hint: `Raise the limit with 'ulimit -n ${files}', or use fewer threads.`,
      },
    );
  }
  for (const [origin, count] of connections) {
    if (limits.ephemeralPorts === null || count <= limits.ephemeralPorts) continue;
    throw new QblError(
      'environment',
      `${count} connections to ${origin} need more ephemeral ports than the limit of ${limits.ephemeralPorts}`,
      {
        hint: 'Widen net.ipv4.ip_local_port_range with sysctl, or send from several machines.',
      },
    );
  }
}

function connectionsByOrigin(groups: readonly LoadGroup[]): Map<string, number> {
  const connections = new Map<string, number>();
  for (const { plan, requests } of groups) {
    for (const origin of new Set(requests.map(({ target }) => target.origin.url))) {
      connections.set(origin, (connections.get(origin) ?? 0) + plan.threads);
    }
  }
  return connections;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The soft limit is the first number: `Max open files  1024  1048576  files`. */
function openFilesIn(text: string | null): number | null {
  const match = /^Max open files\s+(\d+)\s/m.exec(text ?? '');
  return match === null ? null : Number(match[1]);
}

function portsIn(text: string | null): number | null {
  const match = /^(\d+)\s+(\d+)/.exec(text ?? '');
  return match === null ? null : Number(match[2]) - Number(match[1]) + 1;
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
