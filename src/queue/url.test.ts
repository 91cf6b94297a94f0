import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QblError } from '../error.ts';
import { openQueue } from './open.ts';
import { formatQueueUrl, parseQueueUrl } from './url.ts';

function errorOf(url: string): QblError {
  try {
    parseQueueUrl(url);
  } catch (error) {
    if (error instanceof QblError) return error;
    throw error;
  }
  throw new Error(`${url} was accepted`);
}

describe('a queue URL', () => {
  test.each([
    ['kafka://localhost', 'kafka://localhost:9092/stress-topic'],
    ['kafka://localhost/', 'kafka://localhost:9092/stress-topic'],
    ['kafka://broker-1.example:19092/orders', 'kafka://broker-1.example:19092/orders'],
    ['kafka://a:1,b,c:3/t', 'kafka://a:1,b:9092,c:3/t'],
    ['kafka://[::1]:9093/t', 'kafka://[::1]:9093/t'],
    ['kafka://[fe80::1]/t', 'kafka://[fe80::1]:9092/t'],
    ['KAFKA://127.0.0.1/a.b_C-9', 'kafka://127.0.0.1:9092/a.b_C-9'],
  ])('%s means %s', (url, full) => {
    expect(formatQueueUrl(parseQueueUrl(url))).toBe(full);
  });

  test('keeps the address of IPv6 without brackets', () => {
    expect(parseQueueUrl('kafka://[::1]:9093/t').brokers).toEqual([{ host: '::1', port: 9093 }]);
  });

  test.each([
    ['localhost:9092', 'not a URL'],
    ['amqp://localhost', "'amqp://'"],
    ['kafka://', 'no host'],
    ['kafka://a,,b/t', 'no host'],
    ['kafka://a:0/t', "'0' is not a port"],
    ['kafka://a:65536/t', "'65536' is not a port"],
    ['kafka://a:x/t', "'x' is not a port"],
    ['kafka://::1:9092/t', 'is not a broker'],
    ['kafka://[1.2.3.4]:9092/t', 'not an IPv6 address'],
    ['kafka://a b/t', 'not a host name'],
    ['kafka://a/t/u', "'t/u' is not a topic name"],
    ['kafka://a/..', "'..' is not a topic name"],
    [`kafka://a/${'t'.repeat(250)}`, 'not a topic name'],
    ['kafka://a/t?sasl.password=x', 'goes on after the topic'],
  ])('%s is refused: %s', (url, part) => {
    const error = errorOf(url);
    expect(error.message).toContain(part);
    expect(error.exitCode).toBe(2);
    expect(error.hint).toBeTruthy();
  });

  test('with credentials is refused, and they are not repeated', () => {
    for (const url of ['kafka://scott:tiger@localhost/t', 'kafka://scott:tig/er@localhost/t']) {
      const error = errorOf(url);
      expect(`${error.message} ${error.hint}`).not.toMatch(/scott|tig|er@/);
      expect(error.message).toContain('credentials');
    }
  });

  test('is read or refused as a usage error, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (rest) => {
        try {
          const full = formatQueueUrl(parseQueueUrl(`kafka://${rest}`));
          expect(formatQueueUrl(parseQueueUrl(full))).toBe(full);
        } catch (error) {
          expect(error).toBeInstanceOf(QblError);
        }
      }),
    );
  });
});

test('opening a queue connects to nothing yet', async () => {
  const queue = await openQueue('kafka://127.0.0.1:1/t');
  expect(queue.url).toBe('kafka://127.0.0.1:1/t');
  await queue.close();
});

test('a kind of queue that is not known is a usage error', async () => {
  await expect(openQueue('sqs://x')).rejects.toMatchObject({ exitCode: 2 });
});
