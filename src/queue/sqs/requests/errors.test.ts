import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { describeSqsError, entryFailureOf, sqsFailureOf } from './errors.ts';

function serviceError(name: string, message = 'm'): Error {
  return Object.assign(new Error(message), { name, $fault: 'client' });
}

test.each([
  ['QueueDoesNotExist', 'try-again'],
  ['AWS.SimpleQueueService.NonExistentQueue', 'try-again'],
  ['RequestThrottled', 'try-again'],
  ['CredentialsProviderError', 'try-again'],
  ['BatchRequestTooLong', 'refused'],
  ['AWS.SimpleQueueService.BatchRequestTooLong', 'refused'],
  ['AccessDenied', 'refused'],
  ['InvalidMessageContents', 'refused'],
  ['InternalFailure', 'unknown'],
  ['ServiceUnavailable', 'unknown'],
  ['TimeoutError', 'unknown'],
  ['SyntaxError', 'unknown'],
])('%s: %s', (name, kind) => {
  expect(sqsFailureOf(serviceError(name)).kind).toBe(kind);
});

test('a connection that was never there was not sent to', async () => {
  const error = await fetch(`http://localhost:${await portOfNobody()}`).catch(({ cause }) => cause);
  expect(sqsFailureOf(error)).toEqual({ kind: 'try-again', detail: 'no connection (ECONNREFUSED)' });
});

test('a connection that broke may have carried everything', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
  expect(sqsFailureOf(reset).kind).toBe('unknown');
  expect(sqsFailureOf(new AggregateError([reset])).kind).toBe('unknown');
  expect(sqsFailureOf(new AggregateError([])).kind).toBe('unknown');
});

test('an entry that is not the fault of the sender may be stored', () => {
  expect(entryFailureOf({ Id: '0', Code: 'InternalError', SenderFault: false }).kind).toBe('unknown');
  expect(entryFailureOf({ Id: '0', Code: undefined, SenderFault: undefined }).kind).toBe('unknown');
  expect(entryFailureOf({ Id: '0', Code: 'Whatever', SenderFault: true })).toEqual({
    kind: 'refused',
    reason: 'invalid',
    detail: 'Whatever',
  });
});

test('of a text only the first line is told, and that without control characters', () => {
  expect(describeSqsError(serviceError('Name', 'first \u001b[31m\nx-amz-security-token:SECRET'))).toBe(
    'Name: first \\u001b[31m',
  );
});

async function portOfNobody(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
