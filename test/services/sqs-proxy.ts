import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the proxy does to a request. Null means that it forwards the request unchanged. */
export type Intervention =
  | null
  /** The service handles the request. Its answer is lost, and the connection is closed. */
  | 'lose-answer'
  /** The service does not get the request, and the client gets no answer. */
  | 'hang'
  /** The service does not get the request. The proxy gives this answer. */
  | { readonly status: number; readonly body: object }
  /** The service handles the request, and the proxy changes its answer. */
  | ((answer: string) => string);

/**
 * Decides what the proxy does to a request.
 * @param action the action of the request, such as SendMessageBatch
 */
export type Intervene = (action: string, body: string) => Intervention;

export interface SqsProxy {
  readonly port: number;
  /** Number of requests received for each action. */
  readonly requests: ReadonlyMap<string, number>;
  url(queue: string): string;
  /** Sets what the proxy does to all requests from now on. */
  intervene(intervene: Intervene): void;
}

/** An HTTP proxy in front of SQS, which forwards everything until it should intervene. It ends with the test. */
export async function startSqsProxy(servicePort: number): Promise<SqsProxy> {
  const requests = new Map<string, number>();
  const agent = new Agent({ keepAlive: true });
  let intervene: Intervene = () => null;
  const server = createServer(async (incoming, response) => {
    const body = await textOf(incoming);
    const action = String(incoming.headers['x-amz-target']).replace('AmazonSQS.', '');
    requests.set(action, (requests.get(action) ?? 0) + 1);
    const intervention = intervene(action, body);
    if (intervention === 'hang') return;
    if (typeof intervention === 'object' && intervention !== null) {
      answer(response, intervention.status, JSON.stringify(intervention.body));
      return;
    }
    const forwarded = await forward(agent, servicePort, incoming, body).catch(() => null);
    if (forwarded === null || intervention === 'lose-answer') response.destroy();
    else answer(response, forwarded.status, intervention?.(forwarded.body) ?? forwarded.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    requests,
    url: (queue) => `sqs://127.0.0.1:${port}/${queue}`,
    intervene: (given) => {
      intervene = given;
    },
  };
}

/** An error in the format of SQS. */
export function serviceError(status: number, code: string): Intervention {
  return { status, body: { __type: `com.amazonaws.sqs#${code}`, message: 'simulated by the test' } };
}

function forward(agent: Agent, port: number, incoming: IncomingMessage, body: string) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { host: _, ...headers } = incoming.headers;
    const options = { agent, port, host: '127.0.0.1', path: incoming.url, method: incoming.method, headers };
    const outgoing = request(options, (answered) => {
      textOf(answered).then((text) => resolve({ status: answered.statusCode ?? 0, body: text }), reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(body);
}
