import { expect, test } from 'vitest';
import { parseQueueUrl } from './url.ts';

test.each([
  ['sqs://sqs.eu-west-1.amazonaws.com/q', 'eu-west-1', 443],
  ['sqs://sqs.eu-west-1.amazonaws.com:443/q', 'eu-west-1', 443],
  ['sqs://sqs.cn-north-1.amazonaws.com.cn/q', 'cn-north-1', 443],
  ['sqs://sqs-fips.us-gov-west-1.amazonaws.com/q', 'us-gov-west-1', 443],
  ['sqs://vpce-0a-1b.sqs.us-east-1.vpce.amazonaws.com/q', 'us-east-1', 443],
  ['sqs://localhost/q', null, 9_324],
  ['sqs://sqs.eu-west-1.amazonaws.com.example.org/q', null, 9_324],
])('%s has the region %s and port %i', (url, region, port) => {
  expect(parseQueueUrl(url)).toMatchObject({ system: 'sqs', region, port });
});

test.each([
  'sqs.eu-west-1.amazonaws.com:8080',
  'SQS.eu-west-1.amazonaws.com',
  'eu-west-1.queue.amazonaws.com',
  'sqs.eu-west-1.api.aws',
])('%s is not treated as an emulator, which would get AWS credentials without TLS', (authority) => {
  expect(() => parseQueueUrl(`sqs://${authority}/orders`)).toThrow('is not an AWS SQS endpoint');
});
