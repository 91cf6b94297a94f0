import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { headersOfAnswer, type SendAnswer } from '../ingest/answer.ts';

/** Writes status and headers of an answer. The caller writes the body. */
export function writeHead(response: ServerResponse, answer: SendAnswer): void {
  const head: OutgoingHttpHeaders = headersOfAnswer(answer);
  if (answer.reasonPhrase === undefined) response.writeHead(answer.status, head);
  else response.writeHead(answer.status, answer.reasonPhrase, head);
}
