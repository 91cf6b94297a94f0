import { NON_HTTP_CODE } from '../../samples/outcome.ts';
import { isAllRefused, type StatisticsSummary } from '../../samples/summary/statistics.ts';

const HANDSHAKE_FAILED = `${NON_HTTP_CODE}javax.net.ssl.SSLHandshakeException`;
/** With TLS 1.3 a server can refuse the client after the handshake, so the code is then that of a broken connection. */
const CONNECTION_BROKE = `${NON_HTTP_CODE}java.net.SocketException`;
/** Matches the messages of OpenSSL and Java about an alert, with which a server refuses a connection. */
const ALERT = /\b(?:ssl|tls)v\d+ |\bfatal alert: /;

/**
 * What to do about a failed handshake. The first text whose pattern matches the message of Node or OpenSSL applies. The
 * messages about another host are those of checkServerIdentity in Node's lib/tls.js.
 */
const TLS_HINTS: readonly (readonly [RegExp, string])[] = [
  [
    ALERT,
    'the server refused the TLS connection: qbl has no client certificate, and uses TLS 1.2 or 1.3 with HTTP/1.1; or the server does not know the host of the URL',
  ],
  [
    /cert's |Cert does not contain/,
    'the certificate is for another host: use a name of the certificate in the URL, or accept any certificate with --insecure',
  ],
  [
    /expired|not yet valid/i,
    'the certificate is not valid now: renew the certificate, or accept any certificate with --insecure',
  ],
  [
    /certificate/i,
    'the certificate is not trusted: name its CA with --ca <file>, or accept any certificate with --insecure',
  ],
  [/^/, 'the TLS handshake failed: check that the port speaks https, or use an http:// URL'],
];

/** Returns a hint about the failed requests. Null if their cause is not clear. */
export function sendHint(statistics: StatisticsSummary): string | null {
  if (isAllRefused(statistics)) return 'no server listens at this address: start the proxy with qbl serve';
  const failed = statistics.responses.find(
    ({ responseCode, responseMessage }) =>
      responseCode === HANDSHAKE_FAILED || (responseCode === CONNECTION_BROKE && ALERT.test(responseMessage)),
  );
  if (failed === undefined) return null;
  return TLS_HINTS.find(([pattern]) => pattern.test(failed.responseMessage))?.[1] ?? null;
}
