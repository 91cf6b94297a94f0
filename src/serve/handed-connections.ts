/** The handle of a connection that the primary process passes to a worker. A second `close` does nothing. */
interface ConnectionHandle {
  close(): void;
}

/** The part of a worker's ChildProcess that passes connections. */
export interface WorkerChannel {
  send(message: unknown, ...rest: readonly unknown[]): boolean;
  on(event: 'internalMessage', listener: (message: unknown) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Closes the connections that a killed worker did not take. The primary process passes a connection to a worker, and
 * closes its own copy only after the worker has answered. Without an answer, Node keeps the copy open, so the client of
 * that connection would wait for ever. A worker can also refuse a connection, and Node then passes the same copy to
 * another worker. Source: handoff in Node's lib/internal/cluster/round_robin_handle.js.
 */
export function closeHandedConnections(channel: WorkerChannel): void {
  /** The connections without an answer. The key is the number of the message that passed the connection. */
  const unanswered = new Map<unknown, ConnectionHandle>();
  const send = channel.send.bind(channel);
  channel.send = (message, ...rest) => {
    const [handle] = rest;
    if (isNewConnection(message) && isHandle(handle)) unanswered.set(message.seq, handle);
    return send(message, ...rest);
  };
  channel.on('internalMessage', (message) => unanswered.delete(Object(message).ack));
  // Between `exit` and the end of the channel, Node can still pass a connection to the worker. `disconnect` does not
  // come if a connection has no answer. `close` comes after the exit and the end of the channel.
  channel.once('close', () => {
    for (const handle of unanswered.values()) handle.close();
  });
}

function isNewConnection(message: unknown): message is { readonly seq: unknown } {
  return Object(message).cmd === 'NODE_CLUSTER' && Object(message).act === 'newconn';
}

function isHandle(value: unknown): value is ConnectionHandle {
  return typeof Object(value).close === 'function';
}
