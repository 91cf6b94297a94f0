import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { qbl } from '../support/qbl.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { recordOf } from '../support/verification.ts';
import { allArrived, newTopic } from './by-hand.ts';
import { describeWith } from './describe-with.ts';
import { type RunningKafka, startKafka } from './kafka.ts';
import type { SaslListener, SecureListeners } from './kafka-security.ts';

const KINDS = ['TLS', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
type Kind = (typeof KINDS)[number];

describeWith(['java', 'mvn', 'openssl'], 'listeners with TLS and SASL', () => {
  let kafka: RunningKafka;
  let secure: SecureListeners;
  beforeAll(async () => {
    kafka = await startKafka({ listeners: 'all' });
    if (kafka.secure === null) throw new Error('no secure listeners');
    secure = kafka.secure;
  });
  afterAll(() => kafka?.stop());

  const saslOf = (kind: Exclude<Kind, 'TLS'>): SaslListener =>
    ({
      PLAIN: secure.sasl.plain,
      'SCRAM-SHA-256': secure.sasl.scramSha256,
      'SCRAM-SHA-512': secure.sasl.scramSha512,
    })[kind];
  const listenerOf = (kind: Kind) => (kind === 'TLS' ? secure.tls : saslOf(kind));

  test.each(KINDS)('%s lets in who has what it wants', async (kind) => {
    const config = kind === 'TLS' ? await withCertificate() : await withPassword(saslOf(kind));
    expect(await brokersSeenWith({ ...config, brokers: [listenerOf(kind).bootstrap] })).toBe(1);
  });

  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
    '%s keeps out who has a wrong password',
    async (kind) => {
      const listener = { ...saslOf(kind), password: 'wrong' };
      const seen = brokersSeenWith({ ...(await withPassword(listener)), brokers: [listener.bootstrap] });
      await expect(seen).rejects.toMatchObject({ name: 'KafkaJSSASLAuthenticationError' });
    },
  );

  test('TLS keeps out who has no certificate, and is not trusted without its authority', async () => {
    const brokers = [secure.tls.bootstrap];
    const ca = [await readFile(secure.tls.caFile, 'utf8')];
    await expect(brokersSeenWith({ ssl: { ca }, brokers })).rejects.toThrow();
    await expect(brokersSeenWith({ ssl: true, brokers })).rejects.toThrow(/certificate/);
  });

  test.each(KINDS)('qbl run through %s: all arrive', async (kind) => {
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

async function withPassword(listener: SaslListener): Promise<Pick<KafkaConfig, 'ssl' | 'sasl'>> {
  const { mechanism, username, password, caFile } = listener;
  const sasl = { mechanism, username, password } as SASLOptions;
  return caFile === null ? { sasl } : { sasl, ssl: { ca: [await readFile(caFile, 'utf8')] } };
}

async function brokersSeenWith(config: KafkaConfig): Promise<number> {
  const admin = new Kafka({ ...config, retry: { retries: 0 }, logLevel: logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length;
  } finally {
    await admin.disconnect();
  }
}
