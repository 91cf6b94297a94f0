import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-tool.ts';
import { requireTools } from './tools.ts';

/** Paths of PEM files. */
export interface Certificates {
  readonly caFile: string;
  /** The server's private key (PKCS 8) and its certificate, for localhost and 127.0.0.1. */
  readonly serverFile: string;
  readonly clientCertificateFile: string;
  readonly clientKeyFile: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const DAYS = '2';

/** Creates a certificate authority in the folder, and its certificates for a server and a client. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  requireTools('openssl');
  const authority = ['-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=qbl test authority'];
  await openssl(folder, 'req', '-x509', ...NEW_KEY, ...authority, '-days', DAYS);
  await issue(folder, 'server', 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  await issue(folder, 'client', 'extendedKeyUsage=clientAuth\n');
  await copyFile(join(folder, 'server.key'), join(folder, 'server.pem'));
  await appendFile(join(folder, 'server.pem'), await readFile(join(folder, 'server.crt')));
  return {
    caFile: join(folder, 'ca.pem'),
    serverFile: join(folder, 'server.pem'),
    clientCertificateFile: join(folder, 'client.crt'),
    clientKeyFile: join(folder, 'client.key'),
  };
}

async function issue(folder: string, name: string, extensions: string): Promise<void> {
  const files = { key: `${name}.key`, request: `${name}.csr`, certificate: `${name}.crt` };
  await writeFile(join(folder, `${name}.ext`), extensions);
  await openssl(
    ...([folder, 'req', ...NEW_KEY, '-keyout', files.key, '-out', files.request] as const),
    ...['-subj', `/CN=${name}`],
  );
  const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
  await openssl(
    ...([folder, 'x509', '-req', '-in', files.request, '-out', files.certificate] as const),
    ...[...authority, '-days', DAYS, '-extfile', `${name}.ext`],
  );
}

function openssl(folder: string, ...args: string[]): Promise<void> {
  return runTool('openssl', args, { cwd: folder });
}
