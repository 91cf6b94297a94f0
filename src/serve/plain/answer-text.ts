import { STATUS_CODES } from 'node:http';
import { type AnswerHeaders, headersOfAnswer, type SendAnswer } from '../ingest/answer.ts';

/** Returns an answer as the bytes of an HTTP response, with the headers that Node's server would add. */
export function answerText(answer: SendAnswer, keepAliveSeconds: number | null): string {
  const { status, reasonPhrase = STATUS_CODES[status] ?? 'Unknown', body } = answer;
  const connection =
    keepAliveSeconds === null
      ? 'Connection: close\r\n'
      : `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n`;
  const head = `HTTP/1.1 ${status} ${reasonPhrase}\r\n${linesOf(headersOfAnswer(answer))}Date: ${date()}\r\n`;
  return `${head}${connection}\r\n${body}`;
}

function linesOf(headers: AnswerHeaders): string {
  let lines = '';
  for (const name in headers) lines += `${name}: ${headers[name]}\r\n`;
  return lines;
}

let dateSecond = 0;
let dateText = '';

/** The time for the Date header, in whole seconds (RFC 9110, section 5.6.7). */
function date(): string {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1_000).toUTCString();
  }
  return dateText;
}
