import { readBoundedFile } from '../../bounded-file.ts';
import { QblError } from '../../error.ts';
import { isLoopbackHost } from '../../http/foreign.ts';
import { checkKeyPair } from '../../pem.ts';
import { printable } from '../../printable.ts';
import type { Certificate } from '../../serve/http/http-server.ts';
import type { Context } from '../context.ts';
import { type ServeCommandOptions, TOKEN_VARIABLE } from './serve-options.ts';

/** Maximum size of a file. A certificate chain needs only a few kilobytes. */
const MAX_FILE_BYTES = 1024 ** 2;

type AccessOptions = Pick<ServeCommandOptions, 'host' | 'tlsCert' | 'tlsKey' | 'tokenFile'>;

interface Access {
  readonly certificate: Certificate | undefined;
  readonly token: string | undefined;
}

/**
 * Reads the certificate and the access token of `serve`.
 * @throws QblError 'usage' for an unusable file; the message never contains a secret
 */
export async function readAccess(options: AccessOptions, env: NodeJS.ProcessEnv): Promise<Access> {
  const { tokenFile } = options;
  const certificate = await readCertificate(options);
  const token =
    tokenFile === undefined
      ? env[TOKEN_VARIABLE]
      : await readBoundedFile('the token of --token-file', tokenFile, MAX_FILE_BYTES);
  return { certificate, token: token === undefined ? undefined : checkedToken(token.trim()) };
}

/** Warns if every machine on the network can post messages. */
export function warnOfAll({ host }: AccessOptions, { token }: Access, { err }: Context): void {
  if (isLoopbackHost(host) || token !== undefined) return;
  err.line(
    `${err.style.bold('warning:')} with --host ${printable(host ?? '')}, every machine that can reach this port can post messages; require a token with --token-file`,
  );
}

async function readCertificate({ tlsCert, tlsKey }: AccessOptions): Promise<Certificate | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined) throw new QblError('usage', '--tls-key needs --tls-cert');
  if (tlsKey === undefined) throw new QblError('usage', '--tls-cert needs --tls-key');
  const certificate = {
    cert: await readBoundedFile('the certificate of --tls-cert', tlsCert, MAX_FILE_BYTES),
    key: await readBoundedFile('the key of --tls-key', tlsKey, MAX_FILE_BYTES),
  };
  checkKeyPair(
    { name: `--tls-cert '${tlsCert}'`, text: certificate.cert },
    { name: `--tls-key '${tlsKey}'`, text: certificate.key },
  );
  return certificate;
}

function checkedToken(token: string): string {
  // The characters that a token may have (RFC 6750, section 2.1: b64token).
  if (/^[\w.~+/-]+=*$/.test(token)) return token;
  throw new QblError('usage', `the token of --token-file or ${TOKEN_VARIABLE} is not a valid bearer token`, {
    hint: 'Expected one line of letters, digits and - . _ ~ + /, with = only at the end.',
  });
}
