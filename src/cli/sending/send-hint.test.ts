import { expect, it } from 'vitest';
import { Statistics } from '../../samples/summary/statistics.ts';
import { sendHint } from './send-hint.ts';

function hintFor(responseCode: string, responseMessage: string): string | null {
  const statistics = new Statistics();
  const sample = { timeStampMs: 1, elapsedMs: 1, bytes: 0, sentBytes: 0, success: false };
  statistics.add({ ...sample, responseCode, responseMessage }, 'rejected');
  return sendHint(statistics.summary());
}

const HANDSHAKE = 'Non HTTP response code: javax.net.ssl.SSLHandshakeException';
const SOCKET = 'Non HTTP response code: java.net.SocketException';

it.each([
  [HANDSHAKE, 'certificate has expired', 'not valid now'],
  [HANDSHAKE, 'certificate is not yet valid', 'not valid now'],
  [HANDSHAKE, 'self-signed certificate', 'not trusted'],
  [HANDSHAKE, "Host: a. is not in the cert's altnames: DNS:b", 'for another host'],
  [HANDSHAKE, "IP: 127.0.0.1 is not in the cert's list: ", 'for another host'],
  [HANDSHAKE, "Host: a. is not cert's CN: b", 'for another host'],
  [HANDSHAKE, 'Cert does not contain a DNS name', 'for another host'],
  [HANDSHAKE, 'sslv3 alert bad certificate', 'no client certificate'],
  [HANDSHAKE, 'tlsv1 alert protocol version', 'TLS 1.2 or 1.3'],
  [SOCKET, 'tlsv13 alert certificate required', 'no client certificate'],
  [HANDSHAKE, 'tlsv1 unrecognized name', 'does not know the host'],
  [HANDSHAKE, 'tlsv1 bad certificate status response', 'server refused'],
  [HANDSHAKE, 'Received fatal alert: bad_certificate', 'no client certificate'],
  [HANDSHAKE, 'Received fatal alert: protocol_version', 'TLS 1.2 or 1.3'],
  [SOCKET, 'Received fatal alert: certificate_required', 'no client certificate'],
  [HANDSHAKE, 'wrong version number', 'use an http:// URL'],
])('gives a hint that fits the failure: %s: %s', (code, message, hint) => {
  expect(hintFor(code, `Non HTTP response message: ${message}`)).toContain(hint);
});

it.each([
  [SOCKET, 'Non HTTP response message: Connection reset'],
  ['200', 'tlsv13 alert certificate required'],
])('gives no hint if the cause is not clear: %s: %s', (code, message) => {
  expect(hintFor(code, message)).toBeNull();
});
