import type { ConnectionOptions } from 'node:tls';
import { QblError } from '../error.ts';
import { checkCertificates, checkKeyPair, type Pem } from '../pem.ts';
import { type QueueSettings, readText } from './settings.ts';

/**
 * The settings for TLS, which every queue system accepts. They have librdkafka's names (CONFIGURATION.md), because
 * users already have files with these names.
 */
export const TLS_SETTINGS = [
  'ssl.ca.location',
  'ssl.certificate.location',
  'ssl.key.location',
  'ssl.key.password',
] as const;

/**
 * Reads the certificate files that the settings name: the certificate authorities and the client's certificate.
 * @throws QblError 'usage', which never repeats a secret
 */
export function tlsOptions(settings: QueueSettings): ConnectionOptions {
  const pem = (name: (typeof TLS_SETTINGS)[number]): Pem | undefined => {
    const file = settings.get(name);
    return file === undefined ? undefined : { name: `${name} '${file}'`, text: readText(name, file) };
  };
  const ca = pem('ssl.ca.location');
  const cert = pem('ssl.certificate.location');
  const key = pem('ssl.key.location');
  const passphrase = settings.get('ssl.key.password');
  if ((cert === undefined) !== (key === undefined)) {
    throw new QblError(
      'usage',
      'a client certificate needs both ssl.certificate.location and ssl.key.location',
    );
  }
  if (ca !== undefined) checkCertificates(ca);
  if (cert !== undefined && key !== undefined) checkKeyPair(cert, key, passphrase);
  return {
    ...(ca === undefined ? {} : { ca: [ca.text] }),
    ...(cert === undefined ? {} : { cert: cert.text }),
    ...(key === undefined ? {} : { key: key.text }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}
