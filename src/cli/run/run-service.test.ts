import { Command } from 'commander';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatShare } from '../../report/figures.ts';
import { capacityArguments } from '../../run/service.ts';
import {
  addCapacityOptions,
  addRunServiceOptions,
  type CapacityOptions,
} from '../options/service-options.ts';
import { servicesOf } from './run-service.ts';

/** From 0% to 100%, with as many digits as somebody would write. */
const shares = fc.tuple(fc.nat(100), fc.nat(9_999_999), fc.nat(7)).map(([whole, fraction, digits]) => {
  const decimals = String(fraction).padStart(7, '0').slice(0, digits);
  return whole === 100 || decimals === '' ? `${whole}%` : `${whole}.${decimals}%`;
});

test('a share of failures reaches the service as it was written', () => {
  fc.assert(
    fc.property(shares, (text) => {
      const run = addRunServiceOptions(new Command('run')).parse(['--service-rate', '200', '--fail', text], {
        from: 'user',
      });
      const [service] = servicesOf(run.opts(), run);
      const args = service == null ? [] : capacityArguments(service);
      const consume = addCapacityOptions(new Command('consume')).exitOverride().parse(args, { from: 'user' });
      expect(consume.opts<CapacityOptions>().fail?.share).toBe(service?.fail?.share);
      expect(consume.opts<CapacityOptions>().fail?.text).toBe(text);
    }),
  );
});

test('a share of failures is shown as it was written', () => {
  fc.assert(
    fc.property(shares, (text) => {
      const [, whole = '', decimals = ''] = /^(\d+)(?:\.(\d*?)0*)?%$/.exec(text) ?? [];
      const shown = formatShare(Number(text.slice(0, -1)) / 100);
      fc.pre(!shown.includes('e'));
      expect(shown).toBe(decimals === '' ? `${whole}%` : `${whole}.${decimals}%`);
    }),
  );
  expect(formatShare(0.9 / 100)).toBe('0.9%');
});
