import { createPrivateKey, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childrenOf, commandLinesOf } from '../support/processes.ts';
import { qbl, startQbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { recordOf } from '../support/verification.ts';
import { allArrived, newTopic } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningKafka, startKafka } from './kafka.ts';
import type { SaslListener, SecureListeners } from './kafka-security.ts';

const KINDS = ['TLS', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
type Kind = (typeof KINDS)[number];
const WRONG = 'no-password-of-anybody';

describeWith(['java', 'mvn', 'openssl'], 'Kafka listeners with TLS and SASL', () => {
  let kafka: RunningKafka;
  let secure: SecureListeners;
  const keyPassword = randomBytes(12).toString('hex');
  let encryptedKeyFile: string;
  beforeAll(async () => {
    kafka = await startKafka({ listeners: 'all' });
    if (kafka.secure === null) throw new Error('no secure listeners');
    secure = kafka.secure;
    encryptedKeyFile = join(kafka.directory, 'client.encrypted.key');
    const key = await readFile(secure.tls.keyFile, 'utf8');
    const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: keyPassword } as const;
    await writeFile(encryptedKeyFile, createPrivateKey(key).export(cipher));
  });
  afterAll(() => kafka?.stop());

  const saslOf = (kind: Exclude<Kind, 'TLS'>): SaslListener =>
    ({
      PLAIN: secure.sasl.plain,
      'SCRAM-SHA-256': secure.sasl.scramSha256,
      'SCRAM-SHA-512': secure.sasl.scramSha512,
    })[kind];
  const listenerOf = (kind: Kind) => (kind === 'TLS' ? secure.tls : saslOf(kind));

  test.each(KINDS)('%s accepts a client with the right credentials', async (kind) => {
    const config = kind === 'TLS' ? await withCertificate() : await withPassword(saslOf(kind));
    expect(await brokersSeenWith({ ...config, brokers: [listenerOf(kind).bootstrap] })).toBe(1);
  });

  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
    '%s rejects a wrong password; the error says what to check, and does not repeat the password',
    async (kind) => {
      const listener = { ...saslOf(kind), password: WRONG };
      const seen = brokersSeenWith({ ...(await withPassword(listener)), brokers: [listener.bootstrap] });
      await expect(seen).rejects.toMatchObject({ name: 'KafkaJSSASLAuthenticationError' });

      const args = ['--queue', `kafka://${listener.bootstrap}/${newTopic()}`];
      const options = {
        folder: await tempFolder(),
        env: { ...environmentOf(kind), QBL_KAFKA_SASL_PASSWORD: WRONG },
      };
      const run = await qbl(['run', ...args], options);
      expect(run.code).toBe(4);
      expect(run.stderr).toMatch(/^error: .* cannot be reached: .*[Aa]uthentication failed/m);
      expect(run.stderr).toMatch(/^hint: Check sasl\.mechanism, sasl\.username and sasl\.password /m);
      const serve = startQbl(['serve', '--port', '0', ...args], options);
      const waiting = await serve.line(/^waiting for .*$/m);
      expect(waiting).toMatch(/[Aa]uthentication failed.*Check sasl\.mechanism/);
      expect(`${run.stdout}${run.stderr}${waiting}`).not.toContain(WRONG);
    },
  );

  test('a TLS listener closes a connection without TLS, and the hint names the security protocol', async () => {
    const args = ['run', '--queue', `kafka://${secure.tls.bootstrap}/${newTopic()}`];
    const run = await qbl(args, { folder: await tempFolder() });
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(/^hint: Check whether the listener needs TLS or SASL/m);
  });

  test('a TLS listener rejects a client without a certificate, and a client without its authority does not trust it', async () => {
    const brokers = [secure.tls.bootstrap];
    const ca = [await readFile(secure.tls.caFile, 'utf8')];
    await expect(brokersSeenWith({ ssl: { ca }, brokers })).rejects.toThrow();
    await expect(brokersSeenWith({ ssl: true, brokers })).rejects.toThrow(/certificate/);
  });

  test.each(KINDS)('qbl run through %s: every message arrives', async (kind) => {
    const folder = await tempFolder();
    const settings = join(folder, 'queue.properties');
    await writeFile(settings, kind === 'TLS' ? tlsSettings() : saslSettings(kind));
    const queue = `kafka://${listenerOf(kind).bootstrap}/${newTopic()}`;
    const args = ['run', '--queue', queue, '--queue-config', settings, '--json'];
    const run = await qbl([...args, '--threads', '10', '--loops', '10'], { folder });
    expect(recordOf(run)).toMatchObject(allArrived(100));
    expect(run.code).toBe(0);
    const verify = await qbl(['verify', '--queue-config', settings, '--json'], { folder });
    expect(recordOf(verify)).toMatchObject(allArrived(100));
  });

  test.skipIf(process.platform === 'win32').each(KINDS)(
    'qbl run through %s with environment variables: no file, output or command line contains the secret',
    async (kind) => {
      const folder = await tempFolder();
      const queue = `kafka://${listenerOf(kind).bootstrap}/${newTopic()}`;
      const load = ['--threads', '10', '--loops', '10', '--rate', '25', '--rate-tolerance', '100%'];
      const run = startQbl(['run', '--queue', queue, '--json', '--run', 'secretly', ...load], {
        folder,
        env: environmentOf(kind),
      });
      // Wait for the proxy, the tap and the sender. The sender runs long enough to be observed.
      const children = await until('the processes of the run', async () => {
        const pids = await childrenOf(run.pid);
        return pids.length >= 3 ? pids : null;
      });
      const commands = await commandLinesOf([run.pid, ...children]);
      const ended = await run.ended;
      expect(recordOf(ended)).toMatchObject(allArrived(100));

      const texts = [...(await textsIn(folder)), commands, ended.stdout, ended.stderr];
      expect(commands).toMatch(/ blast /);
      expect(texts.join('\n')).toContain('<!doctype html>');
      for (const text of texts) expect(text).not.toContain(secretOf(kind));
    },
  );

  const secretOf = (kind: Kind) => (kind === 'TLS' ? keyPassword : saslOf(kind).password);

  function environmentOf(kind: Kind): NodeJS.ProcessEnv {
    if (kind === 'TLS') {
      return {
        QBL_KAFKA_SECURITY_PROTOCOL: 'ssl',
        QBL_KAFKA_SSL_CA_LOCATION: secure.tls.caFile,
        QBL_KAFKA_SSL_CERTIFICATE_LOCATION: secure.tls.certificateFile,
        QBL_KAFKA_SSL_KEY_LOCATION: encryptedKeyFile,
        QBL_KAFKA_SSL_KEY_PASSWORD: keyPassword,
      };
    }
    const { username, password, caFile } = saslOf(kind);
    return {
      ...(caFile === null
        ? { QBL_KAFKA_SECURITY_PROTOCOL: 'sasl_plaintext' }
        : { QBL_KAFKA_SSL_CA_LOCATION: caFile }),
      QBL_KAFKA_SASL_MECHANISM: kind,
      QBL_KAFKA_SASL_USERNAME: username,
      QBL_KAFKA_SASL_PASSWORD: password,
    };
  }

  async function withCertificate(): Promise<Pick<KafkaConfig, 'ssl'>> {
    const { caFile, certificateFile, keyFile } = secure.tls;
    const text = (file: string) => readFile(file, 'utf8');
    return { ssl: { ca: [await text(caFile)], cert: await text(certificateFile), key: await text(keyFile) } };
  }

  function tlsSettings(): string {
    const { caFile, certificateFile, keyFile } = secure.tls;
    const files = [`ssl.certificate.location=${certificateFile}`, `ssl.key.location=${keyFile}`];
    return ['security.protocol=ssl', `ssl.ca.location=${caFile}`, ...files].join('\n');
  }

  function saslSettings(kind: Exclude<Kind, 'TLS'>): string {
    const { username, password, caFile } = saslOf(kind);
    const tls = caFile === null ? ['security.protocol=sasl_plaintext'] : [`ssl.ca.location=${caFile}`];
    return [`sasl.mechanism=${kind}`, `sasl.username=${username}`, `sasl.password=${password}`, ...tls].join(
      '\n',
    );
  }
});

/** Returns the text of every file in the folder and its subfolders, each with the name of the file. */
async function textsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return `${path}\n${await readFile(path, 'latin1')}`;
    }),
  );
}

async function withPassword(listener: SaslListener): Promise<Pick<KafkaConfig, 'ssl' | 'sasl'>> {
  const { mechanism, username, password, caFile } = listener;
  const sasl = { mechanism, username, password } as SASLOptions;
  return caFile === null ? { sasl } : { sasl, ssl: { ca: [await readFile(caFile, 'utf8')] } };
}

async function brokersSeenWith(config: KafkaConfig): Promise<number> {
  const patient = { connectionTimeout: 20_000, retry: { retries: 0 }, logLevel: logLevel.NOTHING };
  const admin = new Kafka({ ...config, ...patient }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length;
  } finally {
    await admin.disconnect();
  }
}
