import net, { type Socket } from 'node:net';
import { int32, onFrames, readdress } from './support/kafka-frames.ts';

/** Kafka's api keys (https://kafka.apache.org/protocol, "Api Keys"). */
export const API = {
  produce: 0,
  fetch: 1,
  listOffsets: 2,
  metadata: 3,
  offsetCommit: 8,
  offsetFetch: 9,
  findCoordinator: 10,
  joinGroup: 11,
  heartbeat: 12,
  syncGroup: 14,
  apiVersions: 18,
  initProducerId: 22,
} as const;

export type Api = keyof typeof API;

/** Replaces the broker's answer (length, correlation id, body). Null sends nothing more. */
export type Lie = (frame: Buffer, client: Socket) => Buffer | null;

export interface LyingKafka {
  readonly port: number;
  /** Number of answers that were lies. */
  lies: number;
  honest: boolean;
  close(): Promise<void>;
}

const HEADER_BYTES = 8;

/** Faults that can be applied to any answer. */
export const LIES = {
  'four zero bytes': () => Buffer.alloc(4),
  'a negative length': (frame) => withLength(frame, -1),
  'a length of 2 GiB': (frame) => withLength(frame, 2 ** 31 - 1),
  'a length of 3 bytes': (frame) => withLength(frame, 3),
  'a body of zeros': (frame) =>
    Buffer.concat([frame.subarray(0, HEADER_BYTES), Buffer.alloc(frame.length)]).subarray(0, frame.length),
  'a body of ones': (frame) =>
    Buffer.concat([frame.subarray(0, HEADER_BYTES), Buffer.alloc(frame.length, 0xff)]).subarray(
      0,
      frame.length,
    ),
  'half of the body': (frame) =>
    relength(frame.subarray(0, HEADER_BYTES + ((frame.length - HEADER_BYTES) >> 1))),
  'no body': (frame) => relength(frame.subarray(0, HEADER_BYTES)),
  'bytes behind the body': (frame) => relength(Buffer.concat([frame, Buffer.alloc(100, 1)])),
  'a first number of 2^31 - 1': (frame) => withFirstNumber(frame, 2 ** 31 - 1),
  'the answer to another request': (frame) => withCorrelationId(frame, frame.readInt32BE(4) + 1_000),
  'the answer twice': (frame) => Buffer.concat([frame, frame]),
  'no answer': () => null,
  'a closed connection': (_frame, client) => {
    client.destroy();
    return null;
  },
  'half of the answer and a closed connection': (frame, client) => {
    client.write(frame.subarray(0, frame.length >> 1), () => client.destroy());
    return null;
  },
} satisfies Readonly<Record<string, Lie>>;

/** An answer to Metadata that gives other addresses for the brokers. */
export function namingBrokerAt(port: number, brokerPort: number): Lie {
  const [named, other] = [int32(brokerPort), int32(port)];
  return (frame) => {
    const copy = Buffer.from(frame);
    for (let at = copy.indexOf(named); at >= 0; at = copy.indexOf(named, at + named.length))
      other.copy(copy, at);
    return copy;
  };
}

/**
 * A proxy between clients and a broker. It advertises itself as the broker and lies about one API while it is not
 * honest.
 */
export async function startLyingKafka(
  broker: { host: string; port: number },
  api: Api,
  lie: Lie,
): Promise<LyingKafka> {
  const sockets = new Set<Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(broker);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    const asked = new Map<number, number>();
    onFrames(client, (frame) => {
      asked.set(frame.readInt32BE(8), frame.readInt16BE(4));
      upstream.write(frame);
    });
    onFrames(upstream, (frame) => {
      const truth = readdress(frame, broker, kafka.port);
      const isOfApi = asked.get(frame.readInt32BE(4)) === API[api];
      asked.delete(frame.readInt32BE(4));
      if (isOfApi && !kafka.honest) kafka.lies++;
      const sent = isOfApi && !kafka.honest ? lie(truth, client) : truth;
      if (sent !== null) client.write(sent);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const kafka: LyingKafka = {
    port: address.port,
    lies: 0,
    honest: true,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return kafka;
}

/** A listener that accepts connections and never answers. */
export async function startSilentListener(): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port: address.port, close };
}

function withLength(frame: Buffer, length: number): Buffer {
  const copy = Buffer.from(frame);
  copy.writeInt32BE(length, 0);
  return copy;
}

/** Changes the first number of an answer. In most answers this is the throttle time. */
function withFirstNumber(frame: Buffer, number: number): Buffer {
  const copy = Buffer.from(frame);
  copy.writeInt32BE(number, HEADER_BYTES);
  return copy;
}

function relength(frame: Buffer): Buffer {
  return withLength(frame, frame.length - 4);
}

function withCorrelationId(frame: Buffer, id: number): Buffer {
  const copy = Buffer.from(frame);
  copy.writeInt32BE(id, 4);
  return copy;
}
