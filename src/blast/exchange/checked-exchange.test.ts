import { expect, it, vi } from 'vitest';
import { checksOf } from '../../samples/assertions/checks.ts';
import { requestTo } from '../testing/test-bed.ts';
import { CheckedExchange } from './checked-exchange.ts';
import { targetRequest } from './request.ts';
import { PendingResponse } from './response.ts';

const json = (path: string) => ({ kind: 'json', path, text: '', expected: null, isInverted: false }) as const;

it('a body is decoded once, and parsed once, for all assertions of a sample', () => {
  const checks = checksOf([json('$.a'), json('$.b'), json('$.c')]);
  const response = new PendingResponse({ capture: null, decider: null, checks, extraction: null });
  response.begin(200, 'OK', () => []);
  response.add(Buffer.from('{"a":1,"b":2}'));
  const read = vi.spyOn(response, 'keptBody', 'get');
  const ended = { responseCode: '200', responseMessage: 'OK', success: true, elapsedMs: 1, bytes: 99 };
  const sample = new CheckedExchange(targetRequest(requestTo('http://localhost/')), null, response, ended);
  expect(checks.evaluate(sample, true)).toMatchObject({ success: false });
  expect(read).toHaveBeenCalledTimes(1);
  const text = sample.text('body');
  if (typeof text !== 'string') throw new TypeError('the body has no text');
  expect(sample.json(text)).toBe(sample.json(text));
});
