import { afterEach, expect, test, vi } from 'vitest';
import { parseQueueUrl } from '../../url/url.ts';
import { createClient } from './client.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The endpoint and the credentials that requests to the queue would use. */
async function settingsFor(url: string, env: NodeJS.ProcessEnv = {}) {
  const address = parseQueueUrl(url);
  if (address.system !== 'sqs') throw new Error('another system');
  const client = createClient(address, env, 1);
  const { protocol, hostname, port } = (await client.config.endpoint?.()) ?? {};
  const { accessKeyId, sessionToken } = await client.config.credentials();
  const maxAttempts = await client.config.maxAttempts();
  const region = await client.config.region();
  client.destroy();
  return {
    endpoint: `${protocol}//${hostname}:${port ?? ''}`,
    region,
    accessKeyId,
    sessionToken,
    maxAttempts,
  };
}

test('AWS itself: uses TLS, the region of the host, and the usual AWS credentials', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'of-the-environment');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'us-west-2');
  expect(await settingsFor('sqs://sqs.eu-west-1.amazonaws.com/q')).toMatchObject({
    endpoint: expect.stringMatching(/^https:\/\/sqs\.eu-west-1\.amazonaws\.com:(443)?$/),
    region: 'eu-west-1',
    accessKeyId: 'of-the-environment',
    maxAttempts: 1,
  });
});

test('an emulator: uses neither TLS nor a credentials provider', async () => {
  expect(await settingsFor('sqs://[::1]:9324/q')).toEqual({
    endpoint: 'http://[::1]:9324',
    region: 'us-east-1',
    accessKeyId: 'stand-in',
    sessionToken: undefined,
    maxAttempts: 1,
  });
});

test('an emulator gets credentials from the environment, in case it checks them', async () => {
  const env = {
    AWS_ACCESS_KEY_ID: 'mine',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_DEFAULT_REGION: 'eu-north-1',
  };
  expect(await settingsFor('sqs://localhost:4566/q', env)).toMatchObject({
    region: 'eu-north-1',
    accessKeyId: 'mine',
    sessionToken: 'token',
  });
});
