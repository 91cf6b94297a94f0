import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { MessageHeader } from '../../message.ts';
import { forbiddenIn } from './body.ts';

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** SQS's limit for the number of attributes of a message (SQS Developer Guide, message metadata). */
const MAX_ATTRIBUTES = 10;
/** SQS's rules for names: no dot at either end, and no two dots in a row (SQS API reference, ReceiveMessage). */
const NAME = /^(?!.{257})[\w-]+(\.[\w-]+)*$/;
const RESERVED = /^(aws|amazon)\./i;
const TYPE = 'String';

/** Converts headers to attributes, or returns why SQS accepts no such attributes. */
export function attributesOf(
  headers: readonly MessageHeader[],
): { readonly attributes: MessageAttributes } | { readonly attributes: null; readonly problem: string } {
  if (headers.length > MAX_ATTRIBUTES)
    return none(`SQS accepts at most ${MAX_ATTRIBUTES} attributes, and this message has ${headers.length}`);
  const attributes = new Map<string, MessageAttributeValue>();
  for (const { name, value } of headers) {
    const problem = attributes.has(name) ? 'the name is repeated' : problemOf(name, value);
    if (problem !== null) return none(`SQS does not accept the header '${name}' as an attribute: ${problem}`);
    attributes.set(name, { DataType: TYPE, StringValue: value });
  }
  return { attributes: Object.fromEntries(attributes) };
}

/** Name, type and value count for the size of a message (SQS API reference, MessageAttributeValue). */
export function attributesBytes(headers: readonly MessageHeader[]): number {
  return headers.reduce(
    (sum, { name, value }) => sum + Buffer.byteLength(name) + TYPE.length + Buffer.byteLength(value),
    0,
  );
}

function problemOf(name: string, value: string): string | null {
  if (!NAME.test(name)) return 'a name has at most 256 letters, digits, hyphens, underscores and single dots';
  if (RESERVED.test(name)) return 'AWS reserves the name';
  return value === '' ? 'the value is empty' : forbiddenIn(value);
}

function none(problem: string) {
  return { attributes: null, problem };
}
