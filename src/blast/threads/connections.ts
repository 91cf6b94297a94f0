import type { ConnectionOptions } from 'node:tls';
import { Connection } from '../connection/target.ts';
import type { Origin } from '../wire/origin.ts';

/**
 * Number of connections that a thread keeps open. A thread group has at most 100 requests, so only redirects and URLs
 * with variables can need more.
 */
const MOST = 120;

/** The connections of one thread, one to each server. */
export class Connections {
  readonly #tls: ConnectionOptions;
  /** The connections by the URLs of their servers, the least recently used first. */
  readonly #open = new Map<string, Connection>();

  constructor(tls: ConnectionOptions) {
    this.#tls = tls;
  }

  /** Returns the connection to a server. Call it only when no request is in flight. */
  to(origin: Origin): Connection {
    const known = this.#open.get(origin.url);
    if (known !== undefined && this.#open.size === 1) return known;
    const connection = known ?? new Connection(origin, this.#tls);
    this.#open.delete(origin.url);
    this.#open.set(origin.url, connection);
    if (this.#open.size > MOST) this.#closeOldest();
    return connection;
  }

  /** Opens new connections for the next requests. */
  renew(): void {
    for (const connection of this.#open.values()) connection.renew();
  }

  close(): void {
    for (const connection of this.#open.values()) connection.close();
  }

  #closeOldest(): void {
    for (const [url, connection] of this.#open) {
      connection.close();
      this.#open.delete(url);
      return;
    }
  }
}
