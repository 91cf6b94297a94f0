import { EventEmitter, once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the proxy treats the bytes that pass through it. */
export type Weather =
  | { readonly kind: 'fair' }
  /** No byte passes in either direction, and no side is informed. Held bytes pass afterwards. */
  | { readonly kind: 'cut' }
  /** Pieces pass one at a time in both directions. Each is delayed. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** One of every `everyAnswers` broker answers ends half-way with a reset. */
  | { readonly kind: 'reset'; readonly everyAnswers: number };

/**
 * A TCP reset can overtake data that was sent before it. So the proxy waits this long between half an answer and the
 * reset.
 */
const RESET_DELAY_MS = 20;

/** A TCP proxy to one broker that can cause network faults. */
export class FaultProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #weather: Weather = { kind: 'fair' };
  #answers = 0;

  private constructor(targetPort: number) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
      this.#lead(client, targetPort),
    );
  }

  static async listen(targetPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the fault proxy has no port');
    return address.port;
  }

  set weather(weather: Weather) {
    this.#weather = weather;
    this.#changes.emit('change');
  }

  async close(): Promise<void> {
    this.weather = { kind: 'fair' };
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #lead(client: Socket, port: number): void {
    const broker = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const socket of [client, broker]) this.#keep(socket);
    const endBoth = () => {
      client.destroy();
      broker.destroy();
    };
    pipeline(client, (requests) => this.#pass(requests), broker).catch(endBoth);
    pipeline(broker, (answers) => this.#passAnswers(answers, client), client).catch(endBoth);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
  }

  /** Forwards the bytes piece by piece. So TCP slows the sender down, and no bytes collect in the proxy. */
  async *#pass(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of pieces) {
      while (this.#weather.kind === 'cut') await once(this.#changes, 'change');
      if (this.#weather.kind === 'slow') await sleep(this.#weather.delayMs);
      yield piece;
    }
  }

  async *#passAnswers(answers: AsyncIterable<Buffer>, client: Socket): AsyncGenerator<Buffer> {
    for await (const answer of this.#pass(answers)) {
      if (!this.#isToBeReset()) {
        yield answer;
        continue;
      }
      yield answer.subarray(0, answer.length >> 1);
      await sleep(RESET_DELAY_MS);
      client.resetAndDestroy();
      return;
    }
  }

  #isToBeReset(): boolean {
    if (this.#weather.kind !== 'reset') return false;
    this.#answers++;
    return this.#answers % this.#weather.everyAnswers === 0;
  }
}
