import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';

/** A server for HTTP, with or without TLS. */
export type Server = HttpServer | HttpsServer;
