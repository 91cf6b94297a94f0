import type { Command } from 'commander';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capacities } from '../../capacity/testing/capacities.ts';
import { commandsFor } from '../commands.ts';
import { capacityOf, capacityOptions } from './shared/capacity-options.ts';
import { COMMANDS } from './testing/any-options.ts';

/** Removes environment variables that would also set options. */
const QUEUE_VARIABLES = ['QBL_QUEUE', 'QBL_QUEUE_CONFIG'] as const;

const before = QUEUE_VARIABLES.map((name) => [name, process.env[name]] as const);

beforeAll(() => {
  for (const name of QUEUE_VARIABLES) delete process.env[name];
});

afterAll(() => {
  for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
});

async function commandNamed(name: string): Promise<Command> {
  const command = (await commandsFor([name], () => {})).find((each) => each.name() === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  return command.exitOverride().configureOutput({ writeErr: () => {} });
}

test.each(Object.entries(COMMANDS))(
  '%s reads the options that its arguments were made of',
  async (name, of) => {
    const defaults = (await commandNamed(name)).opts();
    await fc.assert(
      fc.asyncProperty(of.options, async (options) => {
        const args = of.format(options as never);
        const command = await commandNamed(name);
        await command.parseAsync([...args], { from: 'user' });
        expect(command.opts()).toEqual({ ...defaults, ...options });
        expect(command.args).toEqual([]);
      }),
    );
  },
);

test.each(Object.entries(COMMANDS))('%s has no option that its arguments leave out', async (name, of) => {
  const command = await commandNamed(name);
  // A fixed seed, because a random sample would now and then leave out a rare option.
  const samples = fc.sample(of.options, { numRuns: 500, seed: 1 });
  const told = samples.flatMap((options) => of.format(options as never));
  const flags = new Set(told.map((word) => word.split('=')[0]));
  const left = command.options.filter(({ long, short }) => !flags.has(long ?? '') && !flags.has(short ?? ''));
  expect(left.map(({ flags }) => flags)).toEqual([]);
});

test('converts a capacity to options and back', () => {
  fc.assert(
    fc.property(capacities, (capacity) => {
      const { instances, concurrency } = capacity;
      expect(capacityOf({ ...capacityOptions(capacity), instances, concurrency })).toEqual(capacity);
    }),
  );
});
