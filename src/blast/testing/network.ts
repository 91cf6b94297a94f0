import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { Request } from '../../plan/plan.ts';
import type { BodyWriter } from '../../plan/template/body-template.ts';
import { Connection } from '../connection/target.ts';
import { NODE_TRUST, type Trust, trustOptions } from '../connection/trust.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { targetRequest } from '../exchange/request.ts';

const IDENTITY = { run: 'run', group: 1, thread: 1, loop: 1, request: 1 };
const writeBody: BodyWriter = (identity, sentAt) => JSON.stringify({ qbl: { ...identity, sentAt } });

export interface Sender {
  readonly connection: Connection;
  readonly send: () => Promise<Exchange>;
}

interface SenderOptions {
  readonly writer?: BodyWriter | null;
  readonly trust?: Trust;
  readonly onHead?: () => void;
}

/** Real servers and connections. Both are closed at the end of a test. */
export class Network {
  readonly #cleanUps: (() => unknown)[] = [];

  onCleanUp(cleanUp: () => unknown): void {
    this.#cleanUps.push(cleanUp);
  }

  async cleanUp(): Promise<void> {
    for (const cleanUp of this.#cleanUps.splice(0).reverse()) await cleanUp();
  }

  /** Listens on a free port and returns the port. */
  async listen(server: Server): Promise<number> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    server.listen(0);
    await once(server, 'listening');
    this.onCleanUp(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  /** Starts a TCP server whose handler writes raw bytes. */
  tcp(onConnection: (socket: Socket) => void): Promise<number> {
    return this.listen(createTcpServer(onConnection));
  }

  http(listener: RequestListener): Promise<number> {
    return this.listen(createHttpServer(listener));
  }

  senderTo(url: string, changes: Partial<Request> = {}, options: SenderOptions = {}): Sender {
    const { writer = writeBody, trust = NODE_TRUST, onHead = () => {} } = options;
    const request = targetRequest({
      name: 'send',
      url,
      method: 'POST',
      headers: {},
      body: null,
      timeoutMs: 10_000,
      ...changes,
    });
    const connection = new Connection(request.origin, trustOptions(trust));
    const capture = {
      wants: () => {
        onHead();
        return false;
      },
    };
    this.onCleanUp(() => connection.close());
    return {
      connection,
      send: () =>
        new Promise((done) =>
          connection.send(
            {
              request,
              identity: IDENTITY,
              writeBody: writer,
              capture,
              decider: null,
              checks: null,
              extraction: null,
              contentOf: null,
            },
            done,
          ),
        ),
    };
  }

  send(url: string, changes?: Partial<Request>): Promise<Exchange> {
    return this.senderTo(url, changes).send();
  }
}
