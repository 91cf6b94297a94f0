import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { connectProducer, storedMessages } from '../support/kafka.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { composeCheck } from './compose-check.ts';
import { describeWith } from './describe-with.ts';
import { startKafka } from './kafka.ts';
import { topicSetting } from './topics.ts';

const FILE = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url));
const Compose = z.object({
  services: z.object({
    kafka: z.object({
      image: z.string(),
      ports: z.array(z.string()),
      volumes: z.array(z.string()),
      environment: z.record(z.string(), z.union([z.string(), z.number()])),
      healthcheck: z.object({ test: z.array(z.string()) }),
    }),
    rabbitmq: z.object({
      profiles: z.array(z.string()),
      image: z.string(),
      hostname: z.string(),
      ports: z.array(z.string()),
      volumes: z.array(z.string()),
      healthcheck: z.object({ test: z.array(z.string()) }),
    }),
  }),
  volumes: z.record(z.string(), z.null()),
});
const { services, volumes } = Compose.parse(parse(readFileSync(FILE, 'utf8')));
const { kafka, rabbitmq } = services;

test('Kafka 4 answers on localhost:9092 and keeps its data in a named volume', () => {
  expect(kafka.image).toMatch(/^apache\/kafka:4\.\d+\.\d+$/);
  expect(kafka.ports).toEqual(['127.0.0.1:9092:9092']);
  expect(kafka.environment['KAFKA_ADVERTISED_LISTENERS']).toBe('PLAINTEXT://localhost:9092');
  expect(kafka.volumes).toEqual(['kafka-data:/var/lib/kafka/data']);
  expect(kafka.environment['KAFKA_LOG_DIRS']).toBe('/var/lib/kafka/data');
  expect(Object.keys(volumes)).toEqual(['kafka-data', 'rabbitmq-data']);
});

test('the Kafka container is healthy once it answers a request', () => {
  const [kind, program, ...args] = kafka.healthcheck.test;
  expect(kind).toBe('CMD');
  expect(program).toMatch(/^\/opt\/kafka\/bin\/kafka-[a-z-]+\.sh$/);
  expect(args).toEqual(['--bootstrap-server', 'localhost:9092']);
});

test('RabbitMQ 4 answers on localhost:5672 if its profile is enabled, and keeps its data', () => {
  expect(rabbitmq.profiles).toEqual(['rabbitmq']);
  expect(rabbitmq.image).toMatch(/^rabbitmq:4\.\d+\.\d+$/);
  expect(rabbitmq.ports).toEqual(['127.0.0.1:5672:5672']);
  expect(rabbitmq.volumes).toEqual(['rabbitmq-data:/var/lib/rabbitmq']);
  expect(rabbitmq.hostname).toBe('rabbitmq');
  expect(rabbitmq.healthcheck.test[1]).toBe('rabbitmq-diagnostics');
});

describeWith(['go'], 'the compose specification', () => {
  let program: string;
  beforeAll(async () => {
    program = await composeCheck();
  });
  const check = (file: string) => promisify(execFile)(program, [file]);

  test('docker compose accepts docker-compose.yml with every profile', async () => {
    expect(await check(FILE)).toEqual({ stdout: '', stderr: '' });
  });

  test('docker compose rejects a misspelled key', async () => {
    const folder = await tempFolder();
    const misspelt = join(folder, 'docker-compose.yml');
    writeFileSync(misspelt, readFileSync(FILE, 'utf8').replace('healthcheck:', 'healthchek:'));
    await expect(check(misspelt)).rejects.toThrow('healthchek');
  });
});

describeWith(['java', 'mvn'], "the image's settings", () => {
  test('the settings make Kafka create a topic on first use and set timestamps', async () => {
    const running = await startKafka({ properties: settingsBesideAddresses() });
    onTestFinished(() => running.stop());
    // By default, kafkajs sends a request again up to five times. A slow machine can need longer than that to create
    // the topic.
    const producer = await connectProducer(running.bootstrap, {
      retry: { retries: 30, maxRetryTime: 2_000 },
    });
    onTestFinished(() => producer.disconnect());
    await producer.send({ topic: 'first-use', messages: [{ value: '1' }] });
    expect(await storedMessages(running.bootstrap, 'first-use')).toBe(1);
    const setting = (name: string) => topicSetting(running.bootstrap, 'first-use', name);
    expect(await setting('message.timestamp.type')).toBe('LogAppendTime');
  });
});

/**
 * Converts environment variables to server.properties as Kafka's Docker image does. Leaves out addresses and folders,
 * because the test sets them.
 */
function settingsBesideAddresses(): Record<string, string> {
  const own = /^(listeners|advertised\.listeners|controller\.quorum\.voters|log\.dirs)$/;
  const settings = Object.entries(kafka.environment).map(
    ([name, value]) =>
      [
        name
          .replace(/^KAFKA_/, '')
          .toLowerCase()
          .replaceAll('_', '.'),
        String(value),
      ] as const,
  );
  return Object.fromEntries(settings.filter(([name]) => !own.test(name)));
}
