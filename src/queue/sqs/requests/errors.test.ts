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

test('a request on a failed connection attempt was not sent', async () => {
  const error = await fetch(`http://localhost:${await portOfNobody()}`).catch(({ cause }) => cause);
  expect(sqsFailureOf(error)).toEqual({ kind: 'try-again', detail: 'no connection (ECONNREFUSED)' });
});

test('a request on a broken connection has an unknown outcome', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
  expect(sqsFailureOf(reset).kind).toBe('unknown');
  expect(sqsFailureOf(new AggregateError([reset])).kind).toBe('unknown');
  expect(sqsFailureOf(new AggregateError([])).kind).toBe('unknown');
});

test('a batch entry that failed without the sender being at fault may be stored', () => {
  expect(entryFailureOf({ Id: '0', Code: 'InternalError', SenderFault: false }).kind).toBe('unknown');
  expect(entryFailureOf({ Id: '0', Code: undefined, SenderFault: undefined }).kind).toBe('unknown');
  expect(entryFailureOf({ Id: '0', Code: 'Whatever', SenderFault: true })).toEqual({
    kind: 'refused',
    reason: 'invalid',
    detail: 'Whatever',
  });
});

test('an error shows only the first line, without control characters', () => {
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
