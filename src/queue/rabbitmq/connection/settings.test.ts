import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { CERTIFICATE } from '../../../http/testing/certificate.ts';
import { readRabbitmqSettings } from './settings.ts';

it("without settings, uses RabbitMQ's default user and the size limit of RabbitMQ 4", () => {
  expect(readRabbitmqSettings(null, {}, false)).toEqual({
    username: 'guest',
    password: 'guest',
    tls: {},
    maxMessageBytes: 16 * 1024 * 1024,
    managementUrl: null,
  });
});

it('environment variables override the file', () => {
  const file = fileWith('username=shop\npassword=of the file\nmax.message.bytes=1000\n');
  const settings = readRabbitmqSettings(file, { QBL_AMQP_PASSWORD: 'of the environment' }, false);
  expect(settings).toMatchObject({
    username: 'shop',
    password: 'of the environment',
    maxMessageBytes: 1_000,
  });
});

it('accepts certificates with TLS, and rejects them without it', () => {
  const env = { QBL_AMQP_SSL_CA_LOCATION: fileWith(CERTIFICATE) };
  expect(readRabbitmqSettings(null, env, true).tls).toEqual({ ca: [CERTIFICATE] });
  expect(() => readRabbitmqSettings(null, env, false)).toThrow(/does not ask for TLS/);
});

it.each(['0', '-1', '1.5', 'many', '99999999999'])('rejects %s as a number of bytes', (text) => {
  const env = { QBL_AMQP_MAX_MESSAGE_BYTES: text };
  expect(() => readRabbitmqSettings(null, env, false)).toThrow(/max.message.bytes/);
});

it('accepts the address of the management API without credentials', () => {
  const urlOf = (text: string) =>
    readRabbitmqSettings(null, { QBL_AMQP_MANAGEMENT_URL: text }, false).managementUrl?.href;
  expect(urlOf('https://rabbit.example/api-of-orders')).toBe('https://rabbit.example/api-of-orders');
  for (const text of [
    'localhost:15672',
    'amqp://localhost',
    'http://shop:secret@localhost:15672',
    'http://a/?b',
  ]) {
    expect(() => urlOf(text)).toThrow(/^management.url must be the address(?!.*secret)/);
  }
});

it('accepts certificates for a management API with TLS', () => {
  const env = {
    QBL_AMQP_SSL_CA_LOCATION: fileWith(CERTIFICATE),
    QBL_AMQP_MANAGEMENT_URL: 'https://localhost:15671',
  };
  expect(readRabbitmqSettings(null, env, false).tls).toEqual({ ca: [CERTIFICATE] });
});

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'qbl-rabbitmq-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'settings');
  writeFileSync(file, text);
  return file;
}
