/**
 * The names that the SDK gives to an error if the answer has no error code of AWS. If the answer has no error message
 * either, the SDK uses the same texts as the message.
 */
const WITHOUT_CODE: readonly string[] = ['Unknown', 'UnknownError'];

/**
 * Describes an answer that cannot be from SQS, such as a redirect or a page of a proxy. Null if the error is an error of
 * SQS, or if there was no answer.
 */
export function foreignAnswer(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  // The SDK throws a SyntaxError if an answer is not JSON.
  if (!(error instanceof SyntaxError) && !WITHOUT_CODE.includes(error.name)) return null;
  const response = objectIn(error, '$response');
  const status = response?.['statusCode'];
  if (typeof status !== 'number') return null;
  const facts = [contentType(response), redirect(response), ownMessage(error)].filter(
    (fact) => fact !== null,
  );
  return `the server answered ${status} (${facts.join(', ')}), but qbl expected JSON from SQS`;
}

type Fields = Readonly<Record<string, unknown>>;

function contentType(response: Fields | null): string {
  return header(response, 'content-type') ?? 'no content type';
}

/** The parameters of the URL are left out, because they can have secrets. */
function redirect(response: Fields | null): string | null {
  const location = header(response, 'location');
  return location === null ? null : `redirect to ${location.replace(/[?#].*/s, '')}`;
}

function ownMessage(error: Error): string | null {
  return error instanceof SyntaxError || WITHOUT_CODE.includes(error.message) ? null : error.message;
}

function header(response: Fields | null, name: string): string | null {
  const value = objectIn(response, 'headers')?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

function objectIn(value: unknown, key: string): Fields | null {
  const found: unknown = Reflect.get(Object(value), key);
  return typeof found === 'object' && found !== null ? (found as Fields) : null;
}
