import type { Duplex } from 'node:stream';
import { awaitsAnswer } from '../../http/pipelining.ts';
import type { Server } from '../../http/server.ts';

/**
 * The HTTP status for each error code of Node's parser (Node's lib/_http_server.js, socketOnError). Other errors are
 * answered with 400.
 */
const STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/**
 * Answers bytes that are not valid HTTP. If the client still waits for the answer to an earlier request, the
 * function closes the connection without an answer. Node's own handler would write the refusal at once. The
 * client would then take the refusal for the answer to the earlier request, although the message of that
 * request may be in the queue.
 */
export function answerClientErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (awaitsAnswer(socket)) socket.destroy();
    else refuseConnection(socket, error.code ?? '');
  });
}

/**
 * Refuses what a client sent, and closes the connection.
 * @param code error code of Node's parser
 */
export function refuseConnection(socket: Duplex, code: string): void {
  if (socket.writable) {
    socket.write(`HTTP/1.1 ${STATUS[code] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
  }
  socket.destroy();
}
