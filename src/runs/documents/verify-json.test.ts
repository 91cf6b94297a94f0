import { expect, test } from 'vitest';
import { QblError } from '../../error.ts';
import { publicRecord, type VerifyRecord } from './verify-json.ts';

test('reports an impossible number with its field, as an expected error', () => {
  const from = 2 ** 60;
  const record = { verdict: 'pass', schema: 'qbl.verify/1', read: [{ partition: 0, from, to: null }] };
  const failure = catchFrom(() => publicRecord(record as unknown as VerifyRecord));
  expect(failure).toBeInstanceOf(QblError);
  expect(failure).toMatchObject({
    exitCode: 4,
    message: expect.stringMatching(/^cannot write verify\.json: field "/),
  });
});

function catchFrom(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}
