/**
 * qbl stops using a connection this long before the server's time-out, because a request needs time to
 * arrive.
 */
const MARGIN_MS = 500;
const TIMEOUT = /(?:^|[,;])\s*timeout=(\d{1,9})/i;

/**
 * Returns how long an idle connection can be used again, according to the server's Keep-Alive header (RFC
 * 2068, section 19.7.1).
 * @param header null if the response has no such header
 */
export function keepAliveMsOf(header: string | null): number {
  const seconds = header === null ? undefined : TIMEOUT.exec(header)?.[1];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Number(seconds) * 1000 - MARGIN_MS);
}
