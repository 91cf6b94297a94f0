import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the server got it. */
interface RecordedRequest {
  readonly method: string;
  /** The path with its query, as it is on the request line. */
  readonly target: string;
  /** Lines of the head in order of their names, without the headers that may differ. */
  readonly headers: readonly string[];
  readonly body: string;
  /** Number of the request on its connection, from 1. */
  readonly onConnection: number;
}

export interface RecordingServer {
  readonly port: number;
  /** Returns the requests since the last call as texts, in an order that does not depend on when they arrived. */
  take(): readonly string[];
  close(): Promise<void>;
}

/** JMeter names its HTTP client and the version of Java. qbl sends no name. */
const MAY_DIFFER = ['user-agent'];
/** The status of the response is a part of the path, such as `/s404/`. */
const STATUS = /\/s(\d{3})/;
const WITHOUT_BODY = [204, 304];

/** Starts a server that records requests. The response depends only on the path. */
export async function startRecordingServer(): Promise<RecordingServer> {
  let recorded: RecordedRequest[] = [];
  const counts = new WeakMap<Socket, number>();
  const server = createServer(async (request, response) => {
    const onConnection = (counts.get(request.socket) ?? 0) + 1;
    counts.set(request.socket, onConnection);
    const body = await bodyOf(request);
    const { method = '', url: target = '' } = request;
    recorded.push({ method, target, headers: headerLines(request), body, onConnection });
    answer(target, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    take: () => {
      const all = recorded.map((request) => JSON.stringify(request)).sort();
      recorded = [];
      return all;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function headerLines({ rawHeaders }: IncomingMessage): string[] {
  const lines = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && !MAY_DIFFER.includes(name.toLowerCase())
      ? [`${name.toLowerCase()}: ${rawHeaders[at + 1]}`]
      : [],
  );
  return lines.sort(byName);
}

/** Sorts by the name only, so that several values of one name keep their order. */
function byName(a: string, b: string): number {
  const [nameA = '', nameB = ''] = [a, b].map((line) => line.slice(0, line.indexOf(':')));
  return nameA === nameB ? 0 : nameA < nameB ? -1 : 1;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Returns one of several locations. The length of the path decides which one. */
function locationOf(target: string): string {
  const kinds = [
    ...['/s200/else where', '../s404/x', '../../../../s503/x', '/s302/s200/../endless', '?again=1'],
    ...['http://127.0.0.1:1/refused', './x', '/a//b/./c'],
  ];
  return kinds[target.length % kinds.length] ?? '';
}

function answer(target: string, response: ServerResponse): void {
  const status = Number(STATUS.exec(target)?.[1] ?? 200);
  response.sendDate = false;
  if (status >= 300 && status < 400 && status !== 304) response.setHeader('Location', locationOf(target));
  response.writeHead(status).end(WITHOUT_BODY.includes(status) ? undefined : `body of ${status}`);
}
