import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

const ROUND_TRIP_MS = 20;

/** A server that answers like SQS after a delay, and never runs out of messages. */
export interface SlowSqs {
  readonly url: string;
  /** Highest number of messages that were in flight at one time: received but not deleted. */
  mostInFlight(): number;
}

type Body = Readonly<Record<string, unknown>>;

/** Speaks the JSON protocol of SQS. Source: AWS JSON 1.0, as the SDK sends it. */
export async function startSlowSqs(): Promise<SlowSqs> {
  const queue = new EndlessQueue();
  const server = createServer(async (request, response) => {
    const answer = queue.answer(actionOf(request), JSON.parse(await text(request)));
    await setTimeout(ROUND_TRIP_MS);
    response.setHeader('Content-Type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify(answer));
  });
  const port = await listening(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `sqs://127.0.0.1:${port}/orders`, mostInFlight: () => queue.mostInFlight };
}

class EndlessQueue {
  readonly #inFlight = new Set<string>();
  #next = 0;
  mostInFlight = 0;

  answer(action: string, body: Body): Body {
    switch (action) {
      case 'GetQueueUrl':
        return { QueueUrl: 'http://127.0.0.1/000000000000/orders' };
      case 'GetQueueAttributes':
        return { Attributes: this.#attributes() };
      case 'ReceiveMessage':
        return {
          Messages: Array.from({ length: Number(body['MaxNumberOfMessages']) }, () => this.#message()),
        };
      case 'DeleteMessageBatch':
        return { Successful: this.#delete(body), Failed: [] };
      case 'ChangeMessageVisibilityBatch':
        return { Successful: entriesOf(body).map(({ Id }) => ({ Id })), Failed: [] };
      default:
        throw new Error(`no answer to ${action}`);
    }
  }

  #attributes(): Readonly<Record<string, string>> {
    return {
      ApproximateNumberOfMessages: '1000000',
      ApproximateNumberOfMessagesNotVisible: String(this.#inFlight.size),
      ApproximateNumberOfMessagesDelayed: '0',
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:orders',
      MaximumMessageSize: '1048576',
      VisibilityTimeout: '30',
    };
  }

  #message(): Body {
    const handle = `message-${this.#next++}`;
    const body = JSON.stringify({ order: handle });
    this.#inFlight.add(handle);
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight.size);
    return {
      MessageId: handle,
      ReceiptHandle: handle,
      Body: body,
      MD5OfBody: createHash('md5').update(body).digest('hex'),
      Attributes: { SentTimestamp: String(Date.now()), ApproximateReceiveCount: '1' },
    };
  }

  #delete(body: Body) {
    return entriesOf(body).map(({ Id, ReceiptHandle }) => {
      this.#inFlight.delete(ReceiptHandle);
      return { Id };
    });
  }
}

function entriesOf(body: Body): readonly { readonly Id: string; readonly ReceiptHandle: string }[] {
  return body['Entries'] as { Id: string; ReceiptHandle: string }[];
}

function actionOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-target']).replace('AmazonSQS.', '');
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
