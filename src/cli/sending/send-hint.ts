import { NON_HTTP_CODE } from '../../samples/outcome.ts';
import { isAllRefused, type StatisticsSummary } from '../../samples/summary/statistics.ts';

const HANDSHAKE_FAILED = `${NON_HTTP_CODE}javax.net.ssl.SSLHandshakeException`;
/** Texts of Node and OpenSSL for a certificate that is not accepted. */
const CERTIFICATE = /certificate|altname/i;

/** What to do about failed samples, where it follows from them; null: it does not. */
export function sendHint(statistics: StatisticsSummary): string | null {
  if (isAllRefused(statistics)) return 'nothing listens there: qbl serve starts the proxy';
  const handshake = statistics.responses.find(({ responseCode }) => responseCode === HANDSHAKE_FAILED);
  if (handshake === undefined) return null;
  return CERTIFICATE.test(handshake.responseMessage)
    ? 'the certificate is not trusted: name its authority with --ca <file>, or accept any with --insecure'
    : 'the TLS handshake failed: check that the port speaks https, or use an http:// URL';
}
