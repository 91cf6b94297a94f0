import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { APIS, ArbitraryRequests } from './testing/arbitrary-requests.ts';
import { batchOf, payloadsOf } from './testing/batches.ts';
import { frameOf } from './testing/raw-client.ts';
import { cleanUp, fetchFrom, produceTo, TestBroker, touchTopic } from './testing/test-broker.ts';
import { ERRORS } from './wire/errors.ts';

afterEach(cleanUp);

const arbitraryRequests = new ArbitraryRequests(fc);

/** A request by the tables of fields, whole or with some of its bytes changed. */
const requests = fc
  .constantFrom(...APIS)
  .chain((api) => {
    const [least, greatest] = api.versions;
    return fc.integer({ min: least, max: greatest }).chain((version) => {
      return arbitraryRequests.of(api.request, version).map((body) => {
        return frameOf(api.key, version, 1, (writer) => api.request.write(writer, body as never, version));
      });
    });
  })
  .chain((frame) => {
    const change = fc.tuple(fc.integer({ min: 4, max: frame.length - 1 }), fc.integer({ min: 0, max: 255 }));
    return fc.array(change, { maxLength: 3 }).map((changes) => {
      const bytes = Buffer.from(frame);
      for (const [position, value] of changes) bytes[position] = value;
      return bytes;
    });
  });

test('whatever is asked, the broker answers or hangs up, and others get what they had been acked', async () => {
  const broker = await TestBroker.start({ partitions: 1 });
  const honest = await broker.client();
  await touchTopic(honest, 'kept');
  await produceTo(honest, 'kept', batchOf({ payload: Buffer.from('kept') }));
  await fc.assert(
    fc.asyncProperty(fc.array(requests, { minLength: 1, maxLength: 5 }), async (frames) => {
      const hostile = await broker.client();
      for (const frame of frames) hostile.write(frame);
      hostile.end();
      await hostile.closed;
      expect(payloadsOf((await fetchFrom(honest, 'kept')).records)).toEqual(['kept']);
    }),
    { numRuns: 300 },
  );
  expect((await produceTo(honest, 'kept', batchOf())).errorCode).toBe(ERRORS.NONE);
  await broker.stop();
  // Anything else is a bug of the broker, with its stack.
  const bugs = broker.lines.filter((line) => !/ended: it sent |more of these|left there/.test(line));
  expect(bugs).toEqual([]);
});
