import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { join } from 'node:path';
import type { Message, RecordMetadata } from 'kafkajs';
import { onTestFinished } from 'vitest';
import type { VerifyRecord } from '../src/runs/documents/verify-json.ts';
import { startBroker } from './support/broker.ts';
import { connectProducer, createTopic } from './support/kafka.ts';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { recordOf } from './support/verification.ts';

/** A request as an endpoint got it. `number` counts the requests from 1. */
export interface Got {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly number: number;
}

/** What an endpoint puts into its queue for a request. */
export type ToMessages = (got: Got) => readonly Message[];

export interface Judged {
  readonly code: number | null;
  readonly record: VerifyRecord;
}

/** What an endpoint answers when its messages are stored. */
export type ToAnswer = (got: Got, stored: readonly RecordMetadata[]) => Answer;
export interface Answer {
  readonly status: number;
  readonly body?: string;
}

/**
 * How a plan is sent and judged. In the arguments of the sender, the word URL stands for the endpoint's
 * URL, and the word PORT for its port.
 */
interface Sending {
  readonly toAnswer?: ToAnswer;
  readonly sender?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly rules?: readonly string[];
  /** Files beside the plan: their texts by their names. */
  readonly files?: Readonly<Record<string, string>>;
}

const TOPIC = 'orders';

/**
 * Sends a plan to another team's endpoint, and judges the run. The endpoint is a real HTTP server with a real Kafka
 * client.
 * @param plan the plan's YAML, with URL for the endpoint's URL
 */
export async function judgedBehind(
  toMessages: ToMessages,
  plan: string,
  { toAnswer = () => ({ status: 202 }), sender = ['blast'], env = {}, rules = [], files = {} }: Sending = {},
): Promise<Judged> {
  const folder = await tempFolder();
  const broker = await startBroker(folder);
  await createTopic(broker.address, TOPIC);
  const url = await startEndpoint(broker.address, toMessages, toAnswer);
  await writeFile(join(folder, 'plan.yaml'), plan.replaceAll('URL', url));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const queue = `kafka://${broker.address}/${TOPIC}`;
  const run = ['--run', 'mine', '--plan', 'plan.yaml', '--queue', queue, '--allow-errors'];
  const sent = await qbl(
    [...sender.map((word) => word.replace('URL', url).replace('PORT', new URL(url).port)), ...run],
    { folder, env },
  );
  if (sent.code !== 0) throw new Error(`the sender ended with ${sent.code}: ${sent.stderr}`);
  const judged = await qbl(['verify', 'mine', '--settle', '1s', '--json', ...rules], { folder });
  return { code: judged.code, record: recordOf(judged) };
}

async function startEndpoint(address: string, toMessages: ToMessages, toAnswer: ToAnswer): Promise<string> {
  const producer = await connectProducer(address);
  onTestFinished(() => producer.disconnect());
  let number = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const got = {
        method: request.method ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        number: ++number,
      };
      const messages = [...toMessages(got)];
      const stored = messages.length === 0 ? Promise.resolve([]) : producer.send({ topic: TOPIC, messages });
      stored.then(
        (metadata) => {
          const { status, body } = toAnswer(got, metadata);
          response.writeHead(status).end(body);
        },
        (error) => response.writeHead(500).end(String(error)),
      );
    });
  });
  return listening(server);
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return `http://127.0.0.1:${address.port}/orders`;
}
