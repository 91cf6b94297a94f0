/** The simplest target for a load generator: it reads the body and answers 200. */
import { createServer } from 'node:http';

/**
 * Number of connections that may wait until the server accepts them. A load tool opens all its connections at once. If
 * the operating system has a lower limit, the lower limit applies.
 */
const BACKLOG = 10_000;

// No time limits: a busy machine may be slow, and the load tool alone decides when a connection ends.
const unlimited = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 };
const server = createServer(unlimited, (request, response) => {
  request.resume().on('end', () => response.end('ok'));
});

server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG }, () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') {
    process.stdout.write(`listening on http://127.0.0.1:${address.port}\n`);
  }
});
