import net, { type Socket } from 'node:net';
import { onFrames, readdress } from './support/kafka-frames.ts';

const PRODUCE = 0;
const METADATA = 3;

/**
 * The fault for the answer of the nth Produce request, counted from 1. `freeze` silences the connection permanently.
 * A number replaces the error code in the answer.
 */
export type ProduceFault = (nth: number) => 'pass' | 'swallow' | 'cut' | 'freeze' | number;

export interface KafkaProxy {
  readonly port: number;
  /** Number of Produce requests that passed the proxy. */
  readonly produced: () => number;
  /** Number of silenced connections that the client has not closed yet. */
  readonly frozen: () => number;
  fault: ProduceFault;
  /** Cuts the connection of the next metadata request, once. */
  cutsNextMetadata: boolean;
  delayMs: number;
  close(): Promise<void>;
}

/** A proxy between a client and a broker. It advertises itself as the broker, and loses answers to Produce. */
export async function startKafkaProxy(broker: { host: string; port: number }, port = 0): Promise<KafkaProxy> {
  const sockets = new Set<Socket>();
  const frozen = new Set<Socket>();
  let produced = 0;
  const server = net.createServer((client) => {
    const upstream = net.connect(broker);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket) && frozen.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    const produceRequests = new Set<number>();
    onFrames(client, (frame) => {
      const apiKey = frame.readInt16BE(4);
      if (apiKey === METADATA && proxy.cutsNextMetadata) {
        proxy.cutsNextMetadata = false;
        client.destroy();
        return;
      }
      if (apiKey === PRODUCE) produceRequests.add(frame.readInt32BE(8));
      upstream.write(frame);
    });
    onFrames(upstream, (frame) => {
      const isProduce = produceRequests.delete(frame.readInt32BE(4));
      const fate = isProduce ? proxy.fault(++produced) : 'pass';
      if (fate === 'cut') client.destroy();
      if (fate === 'freeze') frozen.add(client);
      if (typeof fate === 'number') client.write(withErrorCode(frame, fate));
      if (fate === 'pass' && !frozen.has(client)) {
        const pass = () => client.write(readdress(frame, broker, proxy.port));
        if (proxy.delayMs === 0) pass();
        else setTimeout(pass, proxy.delayMs);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const proxy: KafkaProxy = {
    port: address.port,
    produced: () => produced,
    frozen: () => frozen.size,
    fault: () => 'pass',
    cutsNextMetadata: false,
    delayMs: 0,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return proxy;
}

/** An answer to Produce about one partition: length, correlation id, one topic and its name, one partition. */
function withErrorCode(frame: Buffer, code: number): Buffer {
  const copy = Buffer.from(frame);
  const topicLengthAt = 12;
  copy.writeInt16BE(code, topicLengthAt + 2 + copy.readInt16BE(topicLengthAt) + 8);
  return copy;
}
