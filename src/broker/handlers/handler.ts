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

/** The id of the only node there is. */
export const NODE_ID = 1;

/** What all connections share. */
export interface Services {
  readonly topics: Topics;
  readonly coordinator: GroupCoordinator;
  readonly identity: DataIdentity;
  readonly memory: MemoryBudget;
  /** For lines that any client can cause, as many as it likes. */
  readonly connectionLog: LineLimiter;
  readonly log: (line: string) => void;
}

/** What a handler knows besides the request. */
export interface RequestContext extends Omit<Services, 'memory'> {
  readonly version: number;
  readonly client: Client;
  /** Where this client reaches the broker. */
  readonly endpoint: { readonly host: string; readonly port: number };
  /** What this request holds: an answer that may be large is reserved before it is read. */
  readonly memory: RequestMemory;
  /** Aborted when the connection ends: nobody waits for an answer any more. */
  readonly signal: AbortSignal;
}

/** Undefined means that the client wants no answer. */
export type Handler<Request, Response> = (
  request: Request,
  context: RequestContext,
) => Response | undefined | Promise<Response | undefined>;

type WriteResponse = (writer: Writer) => void;

/** An API with its handler, the types of its messages sealed in. */
export interface Route {
  readonly name: string;
  readonly key: number;
  readonly versions: readonly [least: number, greatest: number];
  /** Reads the request and handles it; undefined if no answer is wanted. Throws ProtocolError if it cannot be read. */
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
