import fc from 'fast-check';
import { capacities } from '../../../capacity/testing/capacities.ts';
import { ENDPOINTS } from '../../../plan/endpoints/presets.ts';
import { HOP_RULES } from '../../../plan/hops.ts';
import { METHODS, ON_SAMPLE_ERROR } from '../../../plan/plan.ts';
import { formatBlastArguments } from '../blast-options.ts';
import { formatBrokerArguments } from '../broker-options.ts';
import { formatConsumeArguments } from '../consume-options.ts';
import { formatDirectArguments } from '../direct-options.ts';
import { formatJMeterArguments } from '../jmeter-options.ts';
import { formatServeArguments } from '../serve-options.ts';
import { capacityOptions } from '../shared/capacity-options.ts';
import { formatVerifyArguments } from '../verify-options.ts';

const most = 500 * 3_600_000;
const text = fc.string({ minLength: 1 });
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
const isSet = fc.constant(true as const);
const port = fc.nat(65_535);
const durationMs = fc.nat(most);
const positiveMs = fc.integer({ min: 1, max: most });
const share = fc.nat(10_000_000).map((digits) => digits / 10_000_000);
const bytes = fc
  .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.nat(3))
  .map(([amount, power]) => amount * 1024 ** power);
const names = fc.array(fc.stringMatching(/^[A-Za-z-]{1,20}$/), { minLength: 1, maxLength: 3 });
const headers = fc.uniqueArray(fc.stringMatching(/^[A-Za-z-]{1,20}$/), {
  minLength: 1,
  maxLength: 3,
  selector: (name) => name.toLowerCase(),
});
const optional = { requiredKeys: [] };

const capacityTold = capacities.map((capacity) =>
  // Removes missing options, because the parsed options have no property for a missing option.
  Object.fromEntries(
    Object.entries(capacityOptions(capacity)).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  ),
);

const withCapacity = <T extends object>(others: fc.Arbitrary<T>) =>
  fc.tuple(capacityTold, others).map(([capacity, rest]) => ({ ...capacity, ...rest }));

const hops = {
  hop: fc
    .uniqueArray(id, { minLength: 1, maxLength: 3 })
    .map((names) => names.map((name) => `${name}=kafka://localhost:9092/${name}`)),
  hopFind: fc.array(fc.constantFrom('done=$message.key', 'dead=$message.header#/x'), {
    minLength: 1,
    maxLength: 3,
  }),
  hopRule: fc.constantFrom(...HOP_RULES),
  hopWithin: fc.nat(100).map((seconds) => `${seconds}s`),
};

const plans = {
  ...hops,
  plan: text,
  threads: fc.integer({ min: 1, max: 1_000 }).map(String),
  loops: fc.integer({ min: 1, max: 1_000 }).map(String),
  duration: fc.integer({ min: 1, max: 100 }).map((seconds) => `${seconds}s`),
  rampUp: fc.nat(100).map((seconds) => `${seconds}s`),
  rate: fc.integer({ min: 1, max: 1_000 }).map(String),
  url: id.map((path) => `http://localhost:3000/${path}`),
  method: fc.constantFrom(...METHODS),
  header: fc.array(
    id.map((value) => `X-One: ${value}`),
    { minLength: 1, maxLength: 3 },
  ),
  body: text,
  timeout: fc.nat(100).map((seconds) => `${seconds}s`),
  onSampleError: fc.constantFrom(...ON_SAMPLE_ERROR),
  identity: fc.constantFrom(false, 'body:/data', 'header:X-Id', 'field:/order/id', 'template'),
  find: fc.array(fc.constantFrom('$message.key', '$message.header#/x'), { minLength: 1, maxLength: 3 }),
  endpoint: fc.constantFrom(...ENDPOINTS),
  rejectedStatus: fc.array(fc.integer({ min: 200, max: 599 }).map(String), { minLength: 1, maxLength: 3 }),
  J: fc.array(
    fc.tuple(id, text).map(([name, value]) => `${name}=${value}`),
    { minLength: 1, maxLength: 3 },
  ),
};

const sends = {
  ...plans,
  run: id,
  runs: text,
  experiment: id,
  direct: isSet,
  queue: text,
  allowErrors: isSet,
  redact: names,
  rateTolerance: share,
  json: isSet,
};

/** The options that can be combined with --until-stopped. */
const { loops: _loops, duration: _duration, ...withoutEnd } = sends;

export interface RoundTrip {
  readonly options: fc.Arbitrary<Readonly<Record<string, unknown>>>;
  readonly format: (options: never) => readonly string[];
}

/** For each command: any options that the command accepts, and the code that writes them as arguments. */
export const COMMANDS: Readonly<Record<string, RoundTrip>> = {
  broker: {
    options: fc.record(
      {
        host: text,
        port,
        data: text,
        partitions: fc.integer({ min: 1, max: 256 }),
        fsync: fc.constantFrom('always', 'never'),
        temporary: isSet,
      },
      optional,
    ),
    format: formatBrokerArguments,
  },
  serve: {
    options: fc.record(
      {
        host: text,
        port,
        queue: text,
        queueConfig: text,
        workers: fc.integer({ min: 1, max: 64 }),
        keyFrom: text,
        passHeader: headers,
        partitions: fc.integer({ min: 1, max: 10_000 }),
        replication: fc.integer({ min: 1, max: 100 }),
        tlsCert: text,
        tlsKey: text,
        tokenFile: text,
        timeout: positiveMs,
        maxBody: bytes,
        maxPending: fc.integer({ min: 1, max: 10_000_000 }),
        maxPendingBytes: bytes,
      },
      optional,
    ),
    format: formatServeArguments,
  },
  verify: {
    options: fc.record(
      {
        run: id,
        runs: text,
        jtl: text,
        label: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
        from: fc.oneof(
          fc.constant({ kind: 'beginning' }),
          fc.nat(Date.UTC(9999, 0)).map((epochMs) => ({ kind: 'time', epochMs })),
        ),
        follow: isSet,
        serviceGroup: text,
        observeService: isSet,
        queue: text,
        queueConfig: text,
        json: isSet,
        exactlyOnce: isSet,
        ordered: isSet,
        consume: isSet,
        rejectedStatus: fc.array(fc.integer({ min: 200, max: 599 }), { minLength: 1, maxLength: 3 }),
        settle: durationMs,
        deadline: positiveMs,
        ...hops,
      },
      optional,
    ),
    format: formatVerifyArguments,
  },
  consume: {
    options: withCapacity(
      fc.record(
        {
          queue: text,
          queueConfig: text,
          group: text,
          drain: isSet,
          port,
          run: id,
          runs: text,
          receipts: text,
          json: isSet,
          maxAttempts: fc.integer({ min: 1, max: 1_000 }),
          deadLetter: text,
        },
        optional,
      ),
    ),
    format: formatConsumeArguments,
  },
  direct: {
    options: withCapacity(
      fc.record(
        { port, acceptQueue: fc.nat(1_000_000), timeout: positiveMs, run: id, runs: text, json: isSet },
        optional,
      ),
    ),
    format: formatDirectArguments,
  },
  blast: {
    options: fc.oneof(
      fc.record({ ...sends, trace: fc.nat(100_000), ca: text }, optional),
      fc.record({ ...withoutEnd, untilStopped: isSet }, optional),
      fc.record({ ...sends, trace: fc.nat(100_000), insecure: isSet }, optional),
    ),
    format: formatBlastArguments,
  },
  jmeter: {
    options: fc.record(
      { ...sends, jmeterHome: text, heap: fc.constantFrom('512m', '4g'), report: isSet, render: text },
      optional,
    ),
    format: formatJMeterArguments,
  },
};
