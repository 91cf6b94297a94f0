import type { GroupCoordinator } from '../groups/coordinator.ts';
import type { Client } from '../groups/member.ts';
import type { LineLimiter } from '../net/line-limiter.ts';
import type { MemoryBudget } from '../net/memory-budget.ts';
import type { RequestMemory } from '../net/request-memory.ts';
import type { DataIdentity } from '../storage/identity.ts';
import type { Topics } from '../topics/topics.ts';
import type { Api } from '../wire/api.ts';
import type { WireReader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import type { ProducerIds } from './producer-ids.ts';

/** Id of the only broker in the cluster. */
export const NODE_ID = 1;

/** Objects that all connections share. */
export interface Services {
  readonly topics: Topics;
  readonly coordinator: GroupCoordinator;
  readonly identity: DataIdentity;
  readonly producerIds: ProducerIds;
  readonly memory: MemoryBudget;
  /**
   * The log for lines that clients can cause, such as broken requests. This log limits the number of lines.
   */
  readonly connectionLog: LineLimiter;
  /** The log for lines about the disk. The number of lines is limited, because each request can cause a line. */
  readonly log: (line: string) => void;
}

/** What a handler gets in addition to the request. */
export interface RequestContext extends Omit<Services, 'memory'> {
  readonly version: number;
  readonly client: Client;
  /** The address at which this client reaches the broker. */
  readonly endpoint: { readonly host: string; readonly port: number };
  /**
   * Memory that is reserved for this request. A handler must reserve memory for a large answer before it reads the
   * data.
   */
  readonly memory: RequestMemory;
  /** Aborted when the connection ends, because the client can then receive no answer. */
  readonly signal: AbortSignal;
}

/** Handles a request. Returns undefined if the client wants no answer. */
export type Handler<Request, Response> = (
  request: Request,
  context: RequestContext,
) => Response | undefined | Promise<Response | undefined>;

type WriteResponse = (writer: Writer) => void;

/**
 * One API of the protocol with its handler. The interface hides the types of the messages, so one list can hold all
 * APIs.
 */
export interface Route {
  readonly name: string;
  readonly key: number;
  readonly versions: readonly [least: number, greatest: number];
  /**
   * Reads the request and handles it. Resolves with undefined if the client wants no answer. Throws ProtocolError if
   * the request is invalid.
   */
  answer(reader: WireReader, context: RequestContext): Promise<WriteResponse | undefined>;
}

export function route<Request, Response>(
  api: Api<Request, Response>,
  handle: Handler<Request, Response>,
): Route {
  const { name, key, versions } = api;
  return {
    name,
    key,
    versions,
    async answer(reader, context) {
      const request = api.request.read(reader, context.version);
      context.memory.setItems(reader.items);
      const response = await handle(request, context);
      return response && ((writer) => api.response.write(writer, response, context.version));
    },
  };
}
