import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import type { RunningElasticmq } from './elasticmq.ts';

export async function makeQueue(
  sqs: RunningElasticmq,
  name: string,
  Attributes: Readonly<Record<string, string>>,
): Promise<void> {
  await clientOf(sqs).send(new CreateQueueCommand({ QueueName: name, Attributes }));
}

/** Receives messages like a reader that dies before the reader deletes the messages. */
export async function takeAndKeep(
  sqs: RunningElasticmq,
  name: string,
  VisibilityTimeout: number,
): Promise<number> {
  const client = clientOf(sqs);
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout, WaitTimeSeconds: 5 }),
  );
  return Messages.length;
}

/** Returns a client of SQS, which is closed at the end of the test. */
function clientOf({ endpoint }: RunningElasticmq): SQSClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials });
  onTestFinished(() => client.destroy());
  return client;
}
