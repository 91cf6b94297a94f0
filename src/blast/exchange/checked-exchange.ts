import { parseValue } from '../../json-path/parse-value.ts';
import type { Value } from '../../json-path/value.ts';
import type { MeasuredSize, TestedField } from '../../samples/assertions/assertion.ts';
import { type AssertionResult, type CheckedSample, unknownText } from '../../samples/assertions/check.ts';
import { type Answered, NON_HTTP_CODE, NON_HTTP_MESSAGE } from '../../samples/outcome.ts';
import { MAX_RULE_BODY_BYTES } from '../../samples/rules/json-body.ts';
import { requestText } from '../wire/request-text.ts';
import { headerOf } from '../wire/response-headers.ts';
import { decodedBody } from './decoded-body.ts';
import type { TargetRequest } from './request.ts';
import type { PendingResponse } from './response.ts';

export interface Ended extends Answered {
  readonly elapsedMs: number;
  /** Number of bytes of the response. */
  readonly bytes: number;
}

/** A request and its response, in the words in which JMeter shows them to assertions. */
export class CheckedExchange implements CheckedSample {
  readonly #request: TargetRequest;
  readonly #sentBody: string | null;
  readonly #response: PendingResponse;
  readonly #ended: Ended;
  /** The decoded body. Null before an assertion asks for the body. */
  #decoded: string | AssertionResult | null = null;
  /** The text that `json` has parsed, and its value. */
  #parsed: { readonly text: string; readonly value: Value | undefined } | null = null;

  constructor(request: TargetRequest, sentBody: string | null, response: PendingResponse, ended: Ended) {
    this.#request = request;
    this.#sentBody = sentBody;
    this.#response = response;
    this.#ended = ended;
  }

  get elapsedMs(): number {
    return this.#ended.elapsedMs;
  }

  text(field: TestedField): string | AssertionResult {
    switch (field) {
      case 'body':
        this.#decoded ??= this.#body();
        return this.#decoded;
      case 'code':
        return this.#ended.responseCode;
      case 'message':
        return this.#ended.responseMessage;
      case 'headers':
        return this.#headers();
      case 'request headers':
        return this.#requestHeaders();
      case 'request data':
        return this.#requestData();
      case 'URL':
        return this.#request.url;
    }
  }

  json(text: string): Value | undefined {
    if (this.#parsed?.text !== text) this.#parsed = { text, value: parseValue(text) };
    return this.#parsed.value;
  }

  /** Source: HTTPHC4Impl.java, sample. */
  sizeOf(measured: MeasuredSize): number {
    const { responseCode, responseMessage, bytes } = this.#ended;
    switch (measured) {
      case 'response':
        return bytes;
      case 'headers':
        return this.#headerBytes();
      case 'body':
        return bytes - this.#headerBytes();
      case 'code':
        return responseCode.length;
      case 'message':
        return responseMessage.length;
    }
  }

  hide(text: string): string {
    return this.#request.hide(text);
  }

  get #isComplete(): boolean {
    return !this.#ended.responseCode.startsWith(NON_HTTP_CODE);
  }

  #body(): string | AssertionResult {
    if (!this.#isComplete) return this.#exceptionText();
    const { keptBody, bodyBytes, headers } = this.#response;
    if (keptBody.length < bodyBytes)
      return unknownText(`its body is longer than ${MAX_RULE_BODY_BYTES} bytes`);
    const header = (name: string) => headerOf(headers(), name) ?? '';
    return (
      decodedBody(keptBody, header('content-encoding'), header('content-type')) ??
      unknownText('its body is not encoded as Content-Encoding says, or is too long')
    );
  }

  /** The first line of the stack trace, which is the body of a sample without a response. */
  #exceptionText(): string {
    const { responseCode, responseMessage } = this.#ended;
    const exception = responseCode.slice(NON_HTTP_CODE.length);
    const message = responseMessage.slice(NON_HTTP_MESSAGE.length);
    return message === 'null' ? `${exception}\n` : `${exception}: ${message}\n`;
  }

  #headers(): string {
    if (!this.#isComplete) return '';
    const { status, statusText, headers } = this.#response;
    const lines = headers().map((part, at) => part.toString('latin1') + (at % 2 === 0 ? ': ' : '\n'));
    return `HTTP/1.1 ${status} ${statusText}\n${lines.join('')}`;
  }

  /** The length of the headers with a carriage return on each line, and with the empty line after them. */
  #headerBytes(): number {
    const headers = this.#headers();
    return headers === '' ? 0 : headers.length + headers.split('\n').length + 1;
  }

  #requestHeaders(): string {
    const { method, head } = this.#request;
    const text = String(requestText(method, head, this.#sentBody).data);
    const lines = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n').slice(1);
    return lines
      .filter((line) => !/^cookie2?:/i.test(line))
      .map((line) => `${line}\n`)
      .join('');
  }

  /** Source: HTTPSampleResult.java, getSamplerData. */
  #requestData(): string {
    const { method, url, headers } = this.#request;
    const isBodyless = method === 'HEAD' || method === 'OPTIONS';
    const body = isBodyless ? '' : `\n${method} data:\n${this.#sentBody ?? ''}\n`;
    const cookie = headers.findIndex((name, at) => at % 2 === 0 && name.toLowerCase() === 'cookie');
    const cookies = cookie < 0 ? '[no cookies]' : `Cookie Data:\n${headers[cookie + 1]}`;
    return `${method} ${url}\n${body}\n${cookies}\n`;
  }
}
