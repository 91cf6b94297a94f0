import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** What is used here of kafkajs's src/network/connection.js, version 2.2.4. */
export interface Connection {
  socket?: Socket;
  /** What came of answers that are not whole yet. */
  chunks: Buffer[];
  bytesBuffered: number;
  /** So many have to be there before the next answer is looked at. */
  bytesNeeded: number;
  isConnected(): boolean;
  connect(): Promise<boolean>;
}

/** Each answer begins with its length. */
const LENGTH_BYTES = 4;

const prototype = connectionPrototype();
const { connect: connectAmongRemains } = prototype;
const connecting = new WeakMap<Connection, Promise<boolean>>();

/**
 * Lets a connection of kafkajs begin with nothing of the one before it. kafkajs keeps the first part of an answer
 * that was cut off, takes what comes over the next socket for the rest of it, and finds no answer any more; what
 * still comes over the socket before goes into the same buffer. Two who connect at once get one socket, not two.
 */
export function connectAfresh(): void {
  prototype.connect = connect;
}

function connect(this: Connection): Promise<boolean> {
  if (this.isConnected()) return Promise.resolve(true);
  const underWay = connecting.get(this);
  if (underWay !== undefined) return underWay;
  discardRemains(this);
  const made = connectAmongRemains.call(this).finally(() => connecting.delete(this));
  connecting.set(this, made);
  return made;
}

function discardRemains(connection: Connection): void {
  connection.socket?.destroy();
  connection.chunks = [];
  connection.bytesBuffered = 0;
  connection.bytesNeeded = LENGTH_BYTES;
}

function connectionPrototype(): Connection {
  const { prototype }: { prototype: Connection } = createRequire(import.meta.url)(
    'kafkajs/src/network/connection',
  );
  return prototype;
}
