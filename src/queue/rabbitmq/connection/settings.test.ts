import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readRabbitmqSettings } from './settings.ts';

it("is RabbitMQ's own user, and the limit of RabbitMQ 4, where nothing is said", () => {
  expect(readRabbitmqSettings(null, {}, false)).toEqual({
    username: 'guest',
    password: 'guest',
    tls: {},
    maxMessageBytes: 16 * 1024 * 1024,
  });
});

it('is what the file says, and what the environment says instead', () => {
  const file = fileWith('username=shop\npassword=of the file\nmax.message.bytes=1000\n');
  const settings = readRabbitmqSettings(file, { QBL_AMQP_PASSWORD: 'of the environment' }, false);
  expect(settings).toMatchObject({
    username: 'shop',
    password: 'of the environment',
    maxMessageBytes: 1_000,
  });
});

it('reads certificates for TLS, and takes none without it', () => {
  const env = { QBL_AMQP_SSL_CA_LOCATION: fileWith('an authority') };
  expect(readRabbitmqSettings(null, env, true).tls).toEqual({ ca: ['an authority'] });
  expect(() => readRabbitmqSettings(null, env, false)).toThrow(/asks for no TLS/);
});

it.each(['0', '-1', '1.5', 'many', '99999999999'])('takes %s for no number of bytes', (text) => {
  const env = { QBL_AMQP_MAX_MESSAGE_BYTES: text };
  expect(() => readRabbitmqSettings(null, env, false)).toThrow(/max.message.bytes/);
});

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'qbl-rabbitmq-settings-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'settings');
  writeFileSync(file, text);
  return file;
}
