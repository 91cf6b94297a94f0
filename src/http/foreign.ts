import type { IncomingHttpHeaders } from 'node:http';

/** `localhost` and all its subdomains mean this machine (RFC 6761, section 6.3). */
const LOCALHOST = /^(?:.+\.)?localhost\.?$/;
const IPV4_LOOPBACK = /^127(?:\.\d{1,3}){3}$/;
const IPV6_LOOPBACK = '[::1]';

/**
 * The parts of a request that show which server the client asked for, and which web page sent the request.
 */
interface Addressed {
  readonly headers: IncomingHttpHeaders;
  readonly url?: string | undefined;
}

/**
 * Returns true if only this machine can reach a server that listens on this host. Undefined means both
 * loopback addresses.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host === undefined || isLoopbackName(host) || host === '::1';
}

/**
 * Returns the reason why a server on a loopback address must refuse a request. Null if the request is
 * allowed. A web page can make its own name resolve to a loopback address (DNS rebinding), or post to that
 * address directly. Browsers send the page's host as Host or Origin, and pages cannot change these headers.
 */
export function foreignRequest({ headers, url }: Addressed): string | null {
  const { origin } = headers;
  const host = authorityOf(url) ?? headers.host;
  // A request without a Host header is allowed. Only HTTP/1.0 has such requests, and browsers do not send HTTP/1.0.
  if (host !== undefined && !isLoopbackAuthority(host)) {
    return 'This server answers only requests with the Host localhost, 127.0.0.1 or [::1].';
  }
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    return 'This server refuses requests from web pages of other hosts. The Origin of the request is another host.';
  }
  return null;
}

/**
 * Returns the path of a request without its query. The target of a request can also be a whole URL (RFC 9112, section
 * 3.2.2).
 */
export function pathOf(url: string | undefined): string {
  const target = url ?? '';
  const authority = ABSOLUTE.exec(target);
  const path = authority === null ? target : target.slice(authority[0].length);
  const [withoutQuery = ''] = path.split('?', 1);
  return withoutQuery === '' ? '/' : withoutQuery;
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

/** Returns the host of a request whose target is a whole URL. This host takes precedence over the Host header. */
function authorityOf(url: string | undefined): string | undefined {
  if (url === undefined || url.startsWith('/')) return undefined;
  return ABSOLUTE.exec(url)?.[1];
}

function isLoopbackOrigin(origin: string): boolean {
  const authority = ABSOLUTE.exec(origin);
  return authority !== null && isLoopbackAuthority(authority[1] ?? '');
}

/**
 * Returns true if an authority (host and port) means this machine. Any port is accepted, because a tunnel can change
 * the port. The host alone shows whether a web page of another host sent the request.
 */
function isLoopbackAuthority(authority: string): boolean {
  return isLoopbackName(authority.replace(/:\d*$/, ''));
}

function isLoopbackName(name: string): boolean {
  const lower = name.toLowerCase();
  return LOCALHOST.test(lower) || IPV4_LOOPBACK.test(lower) || lower === IPV6_LOOPBACK;
}
