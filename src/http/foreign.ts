import type { IncomingHttpHeaders } from 'node:http';

/** Its name and all names below it mean this machine (RFC 6761, 6.3). */
const LOCALHOST = /^(?:.+\.)?localhost\.?$/;
const IPV4_LOOPBACK = /^127(?:\.\d{1,3}){3}$/;
const IPV6_LOOPBACK = '[::1]';

/** What a request says of the place it is for and the page it is from. */
interface Addressed {
  readonly headers: IncomingHttpHeaders;
  readonly url?: string | undefined;
}

/** Whether a server on this host can be reached from this machine alone. Undefined: it is on both loopbacks. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host === undefined || isLoopbackName(host) || host === '::1';
}

/**
 * Why a server on a loopback address must refuse a request; null: it need not. A page in a browser of this machine
 * can have its own name resolved to a loopback address (DNS rebinding), or post to the address itself. Both show in
 * what browsers send, and pages cannot change: Host and Origin.
 */
export function foreignRequest({ headers, url }: Addressed): string | null {
  const { origin } = headers;
  const host = authorityOf(url) ?? headers.host;
  // HTTP/1.0, which no browser speaks, may have no Host.
  if (host !== undefined && !isLoopbackAuthority(host)) {
    return 'This server answers only to localhost, 127.0.0.1 and [::1]. The Host of the request is another one.';
  }
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    return 'This server takes no requests of pages from other hosts. The Origin of the request is another one.';
  }
  return null;
}

/** The path of a request's target, without its query; the target may be a whole URL (RFC 9112, 3.2.2). */
export function pathOf(url: string | undefined): string {
  const target = url ?? '';
  const authority = ABSOLUTE.exec(target);
  const path = authority === null ? target : target.slice(authority[0].length);
  const [withoutQuery = ''] = path.split('?', 1);
  return withoutQuery === '' ? '/' : withoutQuery;
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

/** Of a target that is a whole URL; it counts instead of the Host. */
function authorityOf(url: string | undefined): string | undefined {
  if (url === undefined || url.startsWith('/')) return undefined;
  return ABSOLUTE.exec(url)?.[1];
}

function isLoopbackOrigin(origin: string): boolean {
  const authority = ABSOLUTE.exec(origin);
  return authority !== null && isLoopbackAuthority(authority[1] ?? '');
}

/** Any port will do: behind a tunnel it is another one, and no page chooses the name of its host by it. */
function isLoopbackAuthority(authority: string): boolean {
  return isLoopbackName(authority.replace(/:\d*$/, ''));
}

function isLoopbackName(name: string): boolean {
  const lower = name.toLowerCase();
  return LOCALHOST.test(lower) || IPV4_LOOPBACK.test(lower) || lower === IPV6_LOOPBACK;
}
