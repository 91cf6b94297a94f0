import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { printable } from '../../../printable.ts';
import type { Refusal } from '../../queue.ts';
import { foreignAnswer } from './foreign-answer.ts';

/** What the error of a request says about its outcome. */
export type SqsFailure =
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string }
  /** The request had no effect, and may succeed if it is repeated. */
  | { readonly kind: 'try-again'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string };

const MAX_DETAIL_LENGTH = 300;

/**
 * Error codes that say that SQS did not execute the request: the codes of SQS's operations, and the codes of all AWS
 * services (SQS API reference). After any other error, the outcome is unknown.
 */
const REFUSALS = new Map<string, Refusal>([
  ...codes('too-large', ['BatchRequestTooLong', 'MessageTooLong']),
  ...codes('invalid', [
    'InvalidMessageContents',
    'InvalidAttributeValue',
    'InvalidParameterValue',
    'InvalidParameterCombination',
    'MissingParameter',
    'UnsupportedOperation',
    'ValidationError',
  ]),
  ...codes('not-authorized', [
    'AccessDenied',
    'AccessDeniedException',
    'ExpiredToken',
    'ExpiredTokenException',
    'IncompleteSignature',
    'InvalidAccessKeyId',
    'InvalidClientTokenId',
    'InvalidSecurity',
    'InvalidSignatureException',
    'KmsAccessDenied',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'NotAuthorized',
    'OptInRequired',
    'RequestExpired',
    'SignatureDoesNotMatch',
    'UnrecognizedClientException',
  ]),
]);

/** Codes of temporary errors: throttling (the codes that AWS's SDKs list), a missing queue, or a missing key. */
const TRY_AGAIN = new Set([
  'BandwidthLimitExceeded',
  'KmsDisabled',
  'KmsInvalidState',
  'KmsNotFound',
  'KmsThrottled',
  'LimitExceededException',
  'OverLimit',
  'QueueDeletedRecently',
  'QueueDoesNotExist',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
]);

/** Errors that the SDK throws before it sends a request. */
const NEVER_SENT = new Set(['CredentialsProviderError', 'TokenProviderError']);

/** Names of Node's system calls that come before the first byte of a request. */
const CONNECTING = new Set(['connect', 'getaddrinfo']);

export function sqsFailureOf(error: unknown): SqsFailure {
  const detail = describeSqsError(error);
  const code = codeOf(error);
  const reason = REFUSALS.get(code);
  if (reason !== undefined) return { kind: 'refused', reason, detail };
  const notDone = TRY_AGAIN.has(code) || NEVER_SENT.has(code) || isWithoutConnection(error);
  return { kind: notDone ? 'try-again' : 'unknown', detail };
}

/** Judges one failed entry of a batch. If SQS does not blame the sender, the message may have been stored. */
export function entryFailureOf({ Code = '', Message = '', SenderFault }: BatchResultErrorEntry): SqsFailure {
  const code = unprefixed(Code);
  const detail = oneLine(Message === '' ? code : `${code}: ${Message}`);
  if (TRY_AGAIN.has(code)) return { kind: 'try-again', detail };
  const reason = REFUSALS.get(code) ?? (SenderFault === true ? 'invalid' : null);
  return reason === null ? { kind: 'unknown', detail } : { kind: 'refused', reason, detail };
}

export function isMissingQueue(error: unknown): boolean {
  return codeOf(error) === 'QueueDoesNotExist';
}

/** Describes an error in one line for people. The line can contain text from the SQS server. */
export function describeSqsError(error: unknown): string {
  if (isWithoutConnection(error)) return `no connection (${textOf(error, 'code')})`;
  const foreign = foreignAnswer(error);
  if (foreign !== null) return oneLine(foreign);
  const message = error instanceof Error ? error.message : String(error);
  const name = textOf(error, 'name');
  return oneLine(textOf(error, '$fault') === '' ? message : `${name}: ${message}`);
}

/**
 * Keeps only the first line. If the signature is wrong, AWS's text repeats the headers of the request in later lines,
 * with the session token.
 */
function oneLine(text: string): string {
  const [line = ''] = text.split(/\r?\n/, 1);
  return printable(line, MAX_DETAIL_LENGTH);
}

/** Returns the error code. It is the same for AWS's older query protocol and its JSON protocol. */
function codeOf(error: unknown): string {
  const name = unprefixed(textOf(error, 'name'));
  if (name === 'NonExistentQueue') return 'QueueDoesNotExist';
  return name;
}

function unprefixed(code: string): string {
  return code.replace(/^AWS\.SimpleQueueService\./, '');
}

/** Whether no connection could be opened. Node tries every address of a host name and collects the errors. */
function isWithoutConnection(error: unknown): boolean {
  if (error instanceof AggregateError)
    return error.errors.length > 0 && error.errors.every(isWithoutConnection);
  return CONNECTING.has(textOf(error, 'syscall'));
}

function textOf(value: unknown, key: string): string {
  const text: unknown = Reflect.get(Object(value), key);
  return typeof text === 'string' ? text : '';
}

function codes(reason: Refusal, names: readonly string[]): [string, Refusal][] {
  return names.map((name) => [name, reason]);
}
