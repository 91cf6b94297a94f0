import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdentitySet } from './identity-set.ts';

test('knows each message that was added, as a set of texts does', () => {
  const part = fc.integer({ min: 1, max: 3 });
  const loop = fc.oneof(part, fc.constantFrom(31, 32, 33, 63, 64, 511, 512, 513, 1024, 2 ** 30));
  const identity = fc.record({ group: part, thread: part, request: part, loop });
  fc.assert(
    fc.property(fc.array(identity, { maxLength: 60, size: 'max' }), (all) => {
      const [set, texts] = [new IdentitySet(), new Set<string>()];
      for (const each of all) {
        const text = Object.values(each).join('-');
        expect(set.add(each), text).toBe(!texts.has(text));
        texts.add(text);
      }
    }),
  );
});
