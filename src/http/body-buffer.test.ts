import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodyBuffer } from './body-buffer.ts';

class Counted {
  readonly bound: number;
  held = 0;
  constructor(bound: number) {
    this.bound = bound;
  }
  takeBytes(bytes: number): boolean {
    if (this.held + bytes > this.bound) return false;
    this.held += bytes;
    return true;
  }
  giveBytes(bytes: number): void {
    this.held -= bytes;
  }
}

const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), { maxLength: 20 });

describe('a body', () => {
  test('contains its pieces and takes as many bytes of the budget', () => {
    fc.assert(
      fc.property(pieces, fc.boolean(), (parts, isAnnounced) => {
        const whole = Buffer.concat(parts);
        const budget = new Counted(1e9);
        const body = new BodyBuffer(budget, 1e9, isAnnounced ? whole.length : null);
        for (const part of parts) {
          expect(body.add(Buffer.from(part))).toBe('added');
          expect(budget.held).toBeLessThanOrEqual(Math.max(1024, whole.length * 2));
        }
        expect(body.end().equals(whole)).toBe(true);
        expect(budget.held).toBe(whole.length);
      }),
    );
  });

  test('returns all its bytes to the budget when it is dropped', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const budget = new Counted(20_000);
        const body = new BodyBuffer(budget, 10_000, null);
        for (const part of parts) if (body.add(Buffer.from(part)) !== 'added') break;
        body.drop();
        expect(budget.held).toBe(0);
      }),
    );
  });

  test('never reserves more than its limit or the budget', () => {
    const budget = new Counted(3_000);
    const body = new BodyBuffer(budget, 5_000, null);
    expect(body.add(Buffer.alloc(2_000))).toBe('added');
    expect(body.add(Buffer.alloc(1_001))).toBe('no-budget');
    expect(body.add(Buffer.alloc(3_001))).toBe('too-large');
    expect(budget.held).toBe(2_000);
  });

  test('does not keep a large read in memory if it is small', () => {
    const read = Buffer.allocUnsafeSlow(64 * 1024);
    const body = new BodyBuffer(new Counted(1e9), 1e9, 100);
    body.add(read.subarray(0, 100));
    expect(body.end().buffer.byteLength).toBe(100);
  });
});
