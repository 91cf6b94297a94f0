import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QblError } from '../../error.ts';
import { openQueue } from '../open.ts';
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
    ['amqp://localhost', 'amqp://localhost:5672/stress-queue'],
    ['amqps://a,b:1/orders', 'amqps://a:5671,b:1/orders'],
    ['amqp://a/%2F/orders', 'amqp://a:5672/orders'],
    ['amqp://a/shop/or%20ders', 'amqp://a:5672/shop/or%20ders'],
    [
      'amqp://a/q?exchange=e&routing-key=k%2F1&type=classic',
      'amqp://a:5672/q?exchange=e&routing-key=k%2F1&type=classic',
    ],
    [
      'amqp://a/q?exchange=amq.topic&routing-key=amq.x',
      'amqp://a:5672/q?exchange=amq.topic&routing-key=amq.x',
    ],
    ['amqp://a/q?exchange=q&routing-key=q&type=quorum', 'amqp://a:5672/q'],
    ['sqs://localhost', 'sqs://localhost:9324/stress-queue'],
    ['sqs://[::1]:4566/orders.fifo', 'sqs://[::1]:4566/orders.fifo'],
    ['sqs://sqs.eu-west-1.amazonaws.com/orders', 'sqs://sqs.eu-west-1.amazonaws.com/orders'],
    [
      'sqs://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders',
      'sqs://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders',
    ],
  ])('%s means %s', (url, full) => {
    expect(formatQueueUrl(parseQueueUrl(url))).toBe(full);
  });

  test('keeps an IPv6 address without brackets', () => {
    expect(parseQueueUrl('kafka://[::1]:9093/t')).toMatchObject({ brokers: [{ host: '::1', port: 9093 }] });
  });

  test.each([
    ['localhost:9092', 'not a URL'],
    ['mqtt://localhost', '"mqtt://…"'],
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
    ['kafka://a/t?sasl.password=x', 'text after the topic'],
    ['amqp://a/v/w/q', 'more path segments than a vhost and a queue'],
    ['amqp://a/q?password=x', 'unknown parameter'],
    ['amqp://a/q?type=classic&type=quorum', 'unknown parameter'],
    ['amqp://a/q?type=stream', "'stream' is not a queue type"],
    ['amqp://a/amq.topic', "'amq.topic' is a reserved queue name"],
    ['amqp://a/%00', 'characters that RabbitMQ does not allow'],
    ['amqp://a/%zz', 'characters that RabbitMQ does not allow'],
    [`amqp://a/${'q'.repeat(256)}`, 'more than 255 bytes'],
    ['sqs://a,b/q', 'exactly one host'],
    ['sqs://a/q?x=1', 'text after the queue'],
    ['sqs://a/q.x', "'q.x' is not an SQS queue name"],
    ['sqs://a/12/q', 'is not an SQS queue name'],
    [`sqs://a/${'q'.repeat(81)}`, 'is not an SQS queue name'],
  ])('%s is rejected: %s', (url, part) => {
    const error = errorOf(url);
    expect(error.message).toContain(part);
    expect(error.exitCode).toBe(2);
    expect(error.hint).toBeTruthy();
  });

  test('a URL with credentials is rejected, and the error does not repeat them', () => {
    for (const url of ['kafka://scott:tiger@localhost/t', 'kafka://scott:tig/er@localhost/t']) {
      const error = errorOf(url);
      expect(`${error.message} ${error.hint}`).not.toMatch(/scott|tig|er@/);
      expect(error.message).toContain('credentials');
    }
  });

  test('any text as a URL is either parsed or rejected as a usage error', () => {
    fc.assert(
      fc.property(fc.constantFrom('kafka', 'amqp', 'amqps', 'sqs'), fc.string(), (scheme, rest) => {
        try {
          const full = formatQueueUrl(parseQueueUrl(`${scheme}://${rest}`));
          expect(formatQueueUrl(parseQueueUrl(full))).toBe(full);
        } catch (error) {
          expect(error).toBeInstanceOf(QblError);
        }
      }),
    );
  });
});

test('opening a queue does not connect yet', async () => {
  const queue = await openQueue('kafka://127.0.0.1:1/t');
  expect(queue.url).toBe('kafka://127.0.0.1:1/t');
  await queue.close();
});

test('an unknown queue system is a usage error', async () => {
  await expect(openQueue('mqtt://x')).rejects.toMatchObject({ exitCode: 2 });
});
