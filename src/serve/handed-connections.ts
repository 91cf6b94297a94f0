import type { Worker } from 'node:cluster';

/** The handle of a connection that the primary process passes to a worker. A second `close` does nothing. */
interface ConnectionHandle {
  close(): void;
}

/**
 * Closes the connections that a killed worker did not take. The primary process passes a connection to a worker, and
 * closes its own copy only after the worker has answered. Without an answer, Node keeps the copy open, so the client of
 * that connection would wait for ever. Source: handoff in Node's lib/internal/cluster/round_robin_handle.js.
 */
export function closeHandedConnections(worker: Worker): void {
  /** The last connection of each server of the worker. The next one follows only after the answer to the last one. */
  const last = new Map<unknown, ConnectionHandle>();
  const child = worker.process;
  const send = child.send.bind(child);
  child.send = (message: unknown, ...rest: unknown[]) => {
    const [handle] = rest;
    if (isNewConnection(message) && isHandle(handle)) last.set(message.key, handle);
    return Reflect.apply(send, child, [message, ...rest]);
  };
  worker.once('exit', () => {
    for (const handle of last.values()) handle.close();
  });
}

function isNewConnection(message: unknown): message is { readonly key: unknown } {
  return Object(message).cmd === 'NODE_CLUSTER' && Object(message).act === 'newconn';
}

function isHandle(value: unknown): value is ConnectionHandle {
  return typeof Object(value).close === 'function';
}
