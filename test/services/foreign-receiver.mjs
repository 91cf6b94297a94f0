import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

/**
 * An SQS service that knows nothing of qbl. It receives up to ten messages, works on each, and deletes each
 * message after the work. Arguments: endpoint, queue, milliseconds of work, and whether it deletes.
 */
const [endpoint, name, workMs, deletes] = process.argv.slice(2);
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const client = new SQSClient({ endpoint, region: 'us-east-1', credentials });
const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
process.stdout.write('consuming\n');

while (true) {
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
  const { Messages = [] } = await client.send(receive);
  for (const { ReceiptHandle } of Messages) {
    if (Number(workMs) > 0) await new Promise((resolve) => setTimeout(resolve, Number(workMs)));
    if (deletes === 'true') await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
