import { createServer } from 'node:http';
import { type IHeaders, Partitioners } from 'kafkajs';
import { onTestFinished } from 'vitest';
import { kafka } from './kafka.ts';
import { until } from './until.ts';

/** A message that the service took from the first queue. */
export interface Taken {
  readonly key: Buffer | null;
  readonly value: string;
  readonly headers: IHeaders;
}

export interface Output {
  readonly topic: string;
  readonly value: string;
  readonly key?: Buffer | null;
  readonly headers?: IHeaders;
}

/** What the service writes for a message. */
export type Serve = (taken: Taken) => readonly Output[] | Promise<readonly Output[]>;

export interface HopService {
  readonly address: string;
  readonly topic: string;
  readonly serve: Serve;
  /** The request header that the endpoint copies into the message. */
  readonly header?: string;
  /**
   * What the endpoint writes in place of a message that it acknowledges. If the value is null, the endpoint puts the
   * message on the topic.
   */
  readonly instead?: (value: string) => readonly Output[] | null;
  /** Whether the endpoint answers only when the outputs of the message are written. */
  readonly waits?: boolean;
}

/**
 * Starts an endpoint that puts each request on a topic. Also starts a plain kafkajs service that takes these messages
 * and writes to other topics. Returns the URL of the endpoint. Both stop when the test ends.
 */
export async function startHopService(service: HopService): Promise<string> {
  const { address, topic, serve, header, instead = () => null, waits = true } = service;
  const client = kafka(address);
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  const consumer = client.consumer({ groupId: `service-of-${topic}`, sessionTimeout: 30_000 });
  const done = new Set<string>();
  let isMember = false;
  consumer.on(consumer.events.GROUP_JOIN, () => {
    isMember = true;
  });
  const write = async (outputs: readonly Output[]) => {
    for (const { topic: to, ...output } of outputs)
      await producer.send({ topic: to, messages: [{ key: null, ...output }] });
  };
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const { key, headers = {} } = message;
      await write(await serve({ key, headers, value: message.value?.toString() ?? '' }));
      done.add(`${partition}/${message.offset}`);
    },
  });
  await until('the service is a member of its group', () => isMember);
  const enqueue = async (value: string, headers: IHeaders) => {
    const [place] = await producer.send({ topic, messages: [{ value, headers }] });
    if (waits) await until('the outputs', () => done.has(`${place?.partition}/${place?.baseOffset}`));
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const text = header === undefined ? undefined : request.headers[header];
    const outputs = instead(body);
    if (outputs !== null) await write(outputs);
    else await enqueue(body, typeof text === 'string' && header !== undefined ? { [header]: text } : {});
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await Promise.all([consumer.disconnect(), producer.disconnect()]);
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the endpoint has no port');
  return `http://127.0.0.1:${bound.port}/orders`;
}
