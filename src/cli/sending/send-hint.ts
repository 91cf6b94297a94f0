import { NON_HTTP_CODE } from '../../samples/outcome.ts';
import { isAllRefused, type StatisticsSummary } from '../../samples/summary/statistics.ts';

const HANDSHAKE_FAILED = `${NON_HTTP_CODE}javax.net.ssl.SSLHandshakeException`;
/** Matches the messages of Node and OpenSSL about a rejected certificate. */
const CERTIFICATE = /certificate|altname/i;

/** Returns a hint about the failed requests. Null if their cause is not clear. */
export function sendHint(statistics: StatisticsSummary): string | null {
  if (isAllRefused(statistics)) return 'no server listens at this address: start the proxy with qbl serve';
  const handshake = statistics.responses.find(({ responseCode }) => responseCode === HANDSHAKE_FAILED);
  if (handshake === undefined) return null;
  return CERTIFICATE.test(handshake.responseMessage)
    ? 'the certificate is not trusted: name its CA with --ca <file>, or accept any certificate with --insecure'
    : 'the TLS handshake failed: check that the port speaks https, or use an http:// URL';
}
