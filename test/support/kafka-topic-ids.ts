import net, { type Socket } from 'node:net';
import { int32, onFrames, readdress } from './kafka-frames.ts';

const METADATA = 3;
const API_VERSIONS = 18;
/** The first version of Metadata with topic IDs (KIP-516). The embedded broker has no such version. */
const WITH_TOPIC_IDS = 10;
/** Correlation ID, error code and number of entries stand before the entries of an answer to ApiVersions, version 0. */
const ENTRIES_AT = 4 + 4 + 2 + 4;
const ENTRY_BYTES = 6;

/** The answer to a request for a topic ID. `cut` closes the connection, and a number is an error code. */
export type TopicIdFault = 'none' | 'cut' | number;

/** A proxy in front of the embedded broker that reports an ID for each topic, as Kafka 2.8 or newer does. */
export async function startKafkaWithTopicIds(
  brokerPort: number,
  topicId: string,
  fault: TopicIdFault = 'none',
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const broker = { host: '127.0.0.1', port: brokerPort };
  const sockets = new Set<Socket>();
  let port = 0;
  const server = net.createServer((client) => {
    const upstream = net.connect(broker);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    const askedVersions = new Set<number>();
    onFrames(client, (frame) => {
      const correlationId = frame.readInt32BE(8);
      const api = frame.readInt16BE(4);
      if (api === API_VERSIONS) askedVersions.add(correlationId);
      const isOfTopicId = api === METADATA && frame.readInt16BE(6) === WITH_TOPIC_IDS;
      if (!isOfTopicId) upstream.write(frame);
      else if (fault === 'cut') client.destroy();
      else client.write(metadataWith(topicId, correlationId, fault === 'none' ? 0 : fault));
    });
    onFrames(upstream, (frame) => {
      const isVersions = askedVersions.delete(frame.readInt32BE(4));
      client.write(isVersions ? offeringTopicIds(frame) : readdress(frame, broker, port));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  port = address.port;
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port, close };
}

function offeringTopicIds(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  for (let at = ENTRIES_AT; at + ENTRY_BYTES <= copy.length; at += ENTRY_BYTES)
    if (copy.readInt16BE(at) === METADATA) copy.writeInt16BE(WITH_TOPIC_IDS, at + 4);
  return copy;
}

/** An answer in the format of MetadataResponse.json, version 10, up to the ID of its only topic. */
function metadataWith(topicId: string, correlationId: number, errorCode: number): Buffer {
  const noTags = [0];
  const noBrokersAndNoClusterId = [1, 0];
  const oneTopicWithoutName = [2, errorCode >> 8, errorCode & 0xff, 1];
  const body = Buffer.concat([
    ...[int32(correlationId), Buffer.from(noTags), int32(0), Buffer.from(noBrokersAndNoClusterId), int32(0)],
    ...[Buffer.from(oneTopicWithoutName), Buffer.from(topicId, 'hex'), Buffer.from([0, 1])],
  ]);
  return Buffer.concat([int32(body.length), body]);
}
