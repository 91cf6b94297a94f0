import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyBuffer } from '../../http/body-buffer.ts';
import { makeLast } from '../../http/last-answer.ts';
import type { SendAnswer } from '../ingest/answer.ts';
import { bodyTooLarge } from '../ingest/content.ts';
import { type HeadFacts, type Ingest, TOO_MANY_BYTES } from '../ingest/ingest.ts';
import { writeHead } from './write-head.ts';

/** Reads requests for `POST /send` from Node's HTTP server, within the memory budget, and answers them. */
export class Receiver {
  readonly #ingest: Ingest;

  constructor(ingest: Ingest) {
    this.#ingest = ingest;
  }

  /**
   * Handles one request.
   * @param expectsContinue whether the client waits for `100 Continue` before it sends the body
   */
  handle(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const facts = this.#ingest.factsOf(request);
    const refusal = this.#ingest.refusalOf(request, facts);
    if (refusal !== null) this.refuse(request, response, refusal);
    else if (!this.#ingest.reserve(facts, 0)) this.refuse(request, response, TOO_MANY_BYTES);
    else {
      if (expectsContinue) response.writeContinue();
      this.#read(request, response, facts);
    }
  }

  #read(request: IncomingMessage, response: ServerResponse, facts: HeadFacts): void {
    const maxBodyBytes = this.#ingest.maxBodyBytes(facts);
    const announced = request.headers['content-length'];
    const body = new BodyBuffer(
      this.#ingest.budget,
      maxBodyBytes,
      announced === undefined ? null : Number(announced),
    );
    let open = true;
    const stop = () => {
      open = false;
      body.drop();
      this.#ingest.release(facts);
    };
    request.on('data', (chunk: Buffer) => {
      if (!open) return;
      const added = body.add(chunk);
      if (added === 'added') return;
      stop();
      this.refuse(request, response, added === 'too-large' ? bodyTooLarge(maxBodyBytes) : TOO_MANY_BYTES);
    });
    request.on('end', () => {
      if (!open) return;
      open = false;
      this.#ingest.submit(body.end(), facts, (answer) => respond(response, answer));
    });
    // The client closed the connection before its body was complete, so it cannot read an answer.
    request.on('close', () => {
      if (open) stop();
    });
    request.on('error', () => {});
  }

  /**
   * Answers a request before its whole body was read. This is the last answer on the connection, and serve throws away
   * the rest of the body.
   */
  refuse(request: IncomingMessage, response: ServerResponse, answer: SendAnswer): void {
    this.#ingest.countRefusal(answer);
    makeLast(request, response);
    writeHead(response, answer);
    response.end(answer.body);
    request.on('error', () => {}).resume();
  }
}

function respond(response: ServerResponse, answer: SendAnswer): void {
  if (response.destroyed || response.headersSent) return;
  writeHead(response, answer);
  response.end(answer.body);
}
