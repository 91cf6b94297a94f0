import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import type { Properties } from './kafka-node.ts';
import { servicePorts } from './ports.ts';

/** A listener that requires a client certificate. */
export interface TlsListener {
  readonly bootstrap: string;
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A listener that requires a user and a password. */
export interface SaslListener {
  readonly bootstrap: string;
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
  /** A file that contains only the password. */
  readonly passwordFile: string;
  /** File with the certificate authority. Null if the listener does not use TLS. */
  readonly caFile: string | null;
}

export interface SecureListeners {
  readonly tls: TlsListener;
  /** The listeners with a password: SASL_PLAINTEXT with PLAIN, and SASL_SSL with SCRAM. */
  readonly sasl: {
    readonly plain: SaslListener;
    readonly scramSha256: SaslListener;
    readonly scramSha512: SaslListener;
  };
}

export interface Security extends SecureListeners {
  /** Listeners to add to the node's own, for `listeners` and `advertised.listeners`. */
  readonly listeners: readonly string[];
  readonly properties: Properties;
  readonly formatArguments: readonly string[];
}

const JAAS = 'org.apache.kafka.common.security';
/** Number of iterations: the smallest that Kafka accepts (ScramMechanism.java). */
const ITERATIONS = 4_096;

/** Creates listeners of every secure kind, with new certificates, users and passwords in the folder. */
export async function makeSecurity(directory: string): Promise<Security> {
  const folder = join(directory, 'security');
  await mkdir(folder, { recursive: true });
  const [ssl = 0, saslPlain = 0, saslSsl = 0] = await servicePorts(3);
  const certificates = await makeCertificates(folder);
  const { caFile } = certificates;
  const scram = { bootstrap: `localhost:${saslSsl}`, caFile };
  const plain = await makeUser(folder, 'bob', {
    bootstrap: `localhost:${saslPlain}`,
    mechanism: 'plain',
    caFile: null,
  });
  const scramSha256 = await makeUser(folder, 'alice', { ...scram, mechanism: 'scram-sha-256' });
  const scramSha512 = await makeUser(folder, 'carol', { ...scram, mechanism: 'scram-sha-512' });
  return {
    tls: {
      bootstrap: `localhost:${ssl}`,
      caFile,
      certificateFile: certificates.clientCertificateFile,
      keyFile: certificates.clientKeyFile,
    },
    sasl: { plain, scramSha256, scramSha512 },
    listeners: [
      `SSL://localhost:${ssl}`,
      `SASL_PLAINTEXT://localhost:${saslPlain}`,
      `SASL_SSL://localhost:${saslSsl}`,
    ],
    properties: securityProperties(certificates.serverFile, caFile, plain),
    formatArguments: [scramSha256, scramSha512].flatMap((user) => ['--add-scram', scramCredential(user)]),
  };
}

async function makeUser(
  folder: string,
  username: string,
  listener: Pick<SaslListener, 'bootstrap' | 'mechanism' | 'caFile'>,
): Promise<SaslListener> {
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, `${username}.password`);
  await writeFile(passwordFile, password, { mode: 0o600 });
  return { ...listener, username, password, passwordFile };
}

function securityProperties(serverFile: string, caFile: string, plain: SaslListener): Properties {
  const scramLogin = `${JAAS}.scram.ScramLoginModule required;`;
  return {
    'listener.security.protocol.map':
      'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': serverFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': caFile,
    'listener.name.ssl.ssl.client.auth': 'required',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl_plaintext.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.sasl_plaintext.plain.sasl.jaas.config': `${JAAS}.plain.PlainLoginModule required user_${plain.username}="${plain.password}";`,
    'listener.name.sasl_ssl.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': scramLogin,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': scramLogin,
  };
}

/**
 * Returns a SCRAM credential for a command line. The password is salted (RFC 5802, Hi), because every user of the
 * machine can read command lines.
 */
function scramCredential({ mechanism, username, password }: SaslListener): string {
  const [digest, bytes] =
    mechanism === 'scram-sha-512' ? (['sha512', 64] as const) : (['sha256', 32] as const);
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, bytes, digest).toString('base64');
  const secret = `salt="${salt.toString('base64')}",saltedpassword="${salted}"`;
  return `${mechanism.toUpperCase()}=[name=${username},iterations=${ITERATIONS},${secret}]`;
}
