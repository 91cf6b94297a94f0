import { EventEmitter, once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to the bytes on the way. */
export type Weather =
  | { readonly kind: 'fair' }
  /** Nothing passes in either direction, and nobody is told; what was under way passes when it is over. */
  | { readonly kind: 'cut' }
  /** Pieces pass one at a time, and each is held that long, in both directions. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** One in so many of the broker's answers ends half-way through, with a reset. */
  | { readonly kind: 'reset'; readonly everyAnswers: number };

/** Gives the first half of an answer time to arrive before the reset that may overtake it. */
const RESET_DELAY_MS = 20;

/** A way to one broker by TCP, with weather. */
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

  /** Piece by piece, so that whoever sends is held up by TCP and nothing is gathered here. */
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
