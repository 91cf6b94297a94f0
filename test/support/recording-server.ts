import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RecordedRequest {
  /** Method and target of the request, such as `GET /a?b=c`. */
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Writes the response to a request. */
export type Respond = (request: RecordedRequest, response: ServerResponse) => void;

/** Starts a server that records every request. The server is closed when the test ends. */
export async function startRecordingServer(respond: Respond = (_, response) => void response.end()) {
  let recorded: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const line = `${request.method} ${request.url}`;
      const received = { line, headers: request.headers, body: Buffer.concat(chunks) };
      recorded.push(received);
      respond(received, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    /** Returns and forgets the requests, in the order in which they came. */
    taken: (): readonly RecordedRequest[] => {
      const taken = recorded;
      recorded = [];
      return taken;
    },
  };
}
