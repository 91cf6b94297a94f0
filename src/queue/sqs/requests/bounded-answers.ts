import { pipeline, Readable, Transform } from 'node:stream';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** Limit for one answer. It is enough for ten messages of 1 MiB, which is SQS's limit, with all escapes of JSON. */
export const MAX_SQS_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * Fails a request whose answer is larger than any answer of SQS. Without the limit, the SDK would keep the whole
 * answer in memory.
 */
export function boundAnswers(client: SQSClient, maxBytes = MAX_SQS_ANSWER_BYTES): void {
  // With the lowest priority, this step is the last one before the SDK reads the answer.
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (hasStream(response)) response.body = bounded(response.body, maxBytes);
      return result;
    },
    { name: 'boundAnswers', step: 'deserialize', priority: 'low', override: true },
  );
}

function hasStream(response: unknown): response is { body: Readable } {
  return (
    typeof response === 'object' &&
    response !== null &&
    'body' in response &&
    response.body instanceof Readable
  );
}

function bounded(body: Readable, maxBytes: number): Readable {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes)
        done(new Error(`the answer has more than ${maxBytes} bytes; check that it is SQS`));
      else done(null, chunk);
    },
  });
  // If the answer or `counter` fails, both streams end. The SDK gets the error from `counter`.
  return pipeline(body, counter, () => {});
}
