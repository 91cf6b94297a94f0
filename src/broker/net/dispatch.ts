import type { RequestContext } from '../handlers/handler.ts';
import { findRoute, listApis } from '../handlers/routes.ts';
import { apiVersions } from '../wire/apis/cluster.ts';
import { produce } from '../wire/apis/records.ts';
import { ERRORS } from '../wire/errors.ts';
import { ProtocolError, WireReader } from '../wire/reader.ts';
import { nullableString } from '../wire/types.ts';
import { Writer } from '../wire/writer.ts';

export type ConnectionContext = Omit<RequestContext, 'version' | 'client' | 'memory'>;

const HEADER_VERSION = 1;
const API_KEY_BYTES = 2;

export function isProduce(frame: Buffer): boolean {
  return frame.length >= API_KEY_BYTES && frame.readInt16BE(0) === produce.key;
}

/**
 * Answers one request. Resolves with a complete frame, or with undefined if the client wants no answer. Calls the
 * handler synchronously, so that requests take effect in the order in which they arrived.
 */
export async function answerFrame(
  frame: Buffer,
  clientHost: string,
  context: ConnectionContext & Pick<RequestContext, 'memory'>,
): Promise<Buffer[] | undefined> {
  const reader = new WireReader(frame);
  const apiKey = reader.int16();
  const version = reader.int16();
  const correlationId = reader.int32();
  const route = findRoute(apiKey);
  if (!route) throw new ProtocolError(`the client asked for API ${apiKey}, which this broker does not offer`);
  const [least, greatest] = route.versions;
  // KIP-511: a client with a newer ApiVersions request gets an answer in version 0, which lists the supported
  // versions.
  if (route.key === apiVersions.key && version > greatest) return refuseVersion(correlationId);
  if (version < least || version > greatest) {
    throw new ProtocolError(
      `the client sent ${route.name} version ${version}, which this broker does not offer`,
    );
  }
  const clientId = nullableString.read(reader, HEADER_VERSION) ?? '';
  const write = await route.answer(reader, { ...context, version, client: { clientId, clientHost } });
  return write && responseFrame(correlationId, write);
}

function refuseVersion(correlationId: number): Buffer[] {
  const response = listApis(ERRORS.UNSUPPORTED_VERSION);
  return responseFrame(correlationId, (writer) => apiVersions.response.write(writer, response, 0));
}

function responseFrame(correlationId: number, write: (writer: Writer) => void): Buffer[] {
  const writer = new Writer();
  writer.int32(correlationId);
  write(writer);
  const body = writer.take();
  writer.int32(totalBytes(body));
  return [...writer.take(), ...body];
}

export function totalBytes(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}
