import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { QblError, reasonOf } from './error.ts';

/** A text in PEM format, and the name of its source for error messages, such as `the certificate of --tls-cert`. */
export interface Pem {
  readonly name: string;
  readonly text: string;
}

/**
 * TLS ignores a certificate behind other characters, such as the spaces of a YAML file, or the byte order mark of a file
 * that was added to another one.
 */
const CERTIFICATE_START = /^.*-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;
const EACH_START = /^(?=.*-----BEGIN )/m;

/**
 * Checks all certificates of a text. TLS itself ignores an empty text, a damaged certificate of an authority, and all
 * certificates after the damaged one.
 * @returns the first certificate
 * @throws QblError 'usage' if the text has no certificate, or if one of its certificates is damaged
 */
export function checkCertificates({ name, text }: Pem): X509Certificate {
  const parts = text.split(EACH_START);
  const starts = parts.flatMap((part, index) => (CERTIFICATE_START.test(part) ? [index] : []));
  const certificates = starts.map((start, index) =>
    usable(
      (reason) => {
        const line = parts.slice(0, start).join('').split('\n').length;
        return `${name}: certificate ${index + 1} of ${starts.length} (line ${line}) is damaged: ${reason}`;
      },
      'Replace this certificate by an undamaged copy, or remove it from the file. No other characters may stand before -----BEGIN, not even spaces or a byte order mark.',
      // OpenSSL skips a byte order mark in the first line of a text, but TLS would ignore this certificate of the file.
      () => new X509Certificate(`\n${parts[start] ?? ''}`),
    ),
  );
  const [first] = certificates;
  if (first !== undefined) return first;
  throw new QblError('usage', `${name} contains no certificate in PEM format`, {
    hint: 'Expected a file that contains -----BEGIN CERTIFICATE-----.',
  });
}

/**
 * Checks that TLS can use a certificate with a private key. TLS itself ignores an empty key, and a key of another kind than
 * the certificate. Then each handshake fails.
 * @param passphrase password of the key; undefined if the key is not encrypted
 * @throws QblError 'usage', which never repeats a secret
 */
export function checkKeyPair(certificate: Pem, key: Pem, passphrase?: string): void {
  const missing =
    passphrase === undefined
      ? 'no unencrypted key in PEM format'
      : 'no key in PEM format that the given password opens';
  const hint = 'Expected a certificate and its private key, both in PEM format.';
  const parsed = checkCertificates(certificate);
  const privateKey = usable(
    () => `${key.name} contains ${missing}`,
    hint,
    () => createPrivateKey({ key: key.text, ...(passphrase === undefined ? {} : { passphrase }) }),
  );
  const names = `${certificate.name} and ${key.name}`;
  if (!parsed.checkPrivateKey(privateKey))
    throw new QblError('usage', `${names} do not belong together`, { hint });
  usable(
    (reason) => `TLS does not accept ${names}: ${reason}`,
    'Check that the keys of all certificates are long enough, such as RSA with 2048 bits.',
    () =>
      createSecureContext({
        cert: certificate.text,
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      }),
  );
}

/** Throws QblError('usage') with this message if `use` throws. */
function usable<T>(message: (reason: string) => string, hint: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    throw new QblError('usage', message(reasonOf(cause)), { hint, cause });
  }
}
