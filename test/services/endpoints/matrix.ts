import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { OFFENCES, type Offence } from '../../../src/runs/documents/counts.ts';
import type { VerifyRecord } from '../../../src/runs/documents/verify-json.ts';
import { spawnBroker } from '../../support/broker.ts';
import { createTopic, storedMessages } from '../../support/kafka.ts';
import { kill } from '../../support/qbl.ts';
import { makeTempFolder, removeFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { describeWith } from '../describe-with.ts';
import { startKafka } from '../kafka.ts';
import { BATCH, type Endpoint, PLACES, type Place, type ToCommand } from './endpoint.ts';
import { type Judged, judged, LOOPS, SENT, type Sending, THREADS } from './judged.ts';
import { LIE_NAMES, LIES, type LieName } from './lies.ts';
import { type Service, startService } from './service.ts';

interface StartedBroker {
  readonly address: string;
  stop(): Promise<void>;
}
type Row = readonly [lie: LieName, place: Place];

const TOPIC = 'order-events';

/**
 * Defines the tests of an endpoint that tells lies (faults on purpose). With the embedded broker, each lie is tested
 * with each place of the identity. With Kafka, only some of these pairs are tested.
 */
export function describeEndpoint(endpoint: Endpoint): void {
  const places = PLACES.filter((place) => !endpoint.refused.includes(place));
  const all: Row[] = LIE_NAMES.flatMap((lie) => places.map((place): Row => [lie, place]));
  // Tests each place of the identity with an honest endpoint, and each lie (a fault on purpose) with one place. Kafka
  // does not know where an identity is, so other pairs show nothing new.
  const some = all.filter(
    ([lie, place]) => lie === 'is honest' || place === places[(LIE_NAMES.indexOf(lie) - 1) % places.length],
  );
  describeWith([...endpoint.tools, 'java', 'mvn'], `the example ${endpoint.name}`, () => {
    describe('with the embedded broker', () => defineRows(endpoint, startEmbedded, all));
    describe('with Kafka', () => defineRows(endpoint, startReal, some));
  });
}

function defineRows(endpoint: Endpoint, startBroker: () => Promise<StartedBroker>, rows: readonly Row[]) {
  let command: ToCommand;
  let broker: StartedBroker;
  let service: Service;
  const start = (acksEarly: boolean) =>
    startService(command, { bootstrap: broker.address, topic: TOPIC, acksEarly });
  const sending = (place: Place, channel: string, hasRule: boolean, { url }: Service): Sending => {
    const queue = `kafka://${broker.address}/${TOPIC}`;
    return { endpoint, place, channel, hasRule, queue, url };
  };

  beforeAll(async () => {
    command = await endpoint.build();
    broker = await startBroker();
    await createTopic(broker.address, TOPIC);
    // Right after a topic was created, Kafka may not know the leaders of all its partitions. So wait until it knows
    // them.
    await until('a topic whose offsets can be read', () =>
      storedMessages(broker.address, TOPIC).then(
        () => true,
        () => false,
      ),
    );
    service = await start(false);
  });
  beforeEach(() => service.forget());
  afterAll(async () => {
    await service?.stop();
    await broker?.stop();
  });

  test.each(rows)('%s, with the identity in the %s', async (lie, place) => {
    const { channel, hasRule, offence, concerned } = LIES[lie];
    const stored = await storedMessages(broker.address, TOPIC);
    const { code, record } = await judged(sending(place, channel, hasRule, service));
    const deeds = await service.deeds(channel);
    expect(deeds).toHaveLength(concerned);
    expectOffence({ code, record }, offence, deeds);
    const rejected = offence === null ? concerned : 0;
    const lost = offence === 'lost' ? concerned : 0;
    const counts = { acked: SENT - rejected, rejected, indeterminate: 0, received: SENT - rejected - lost };
    expect(record).toMatchObject({ ...counts, foreign: stored, notProven: [] });
  });

  if (endpoint.refused.length > 0)
    test.each(endpoint.refused)('refuses each message with the identity in the %s', async (place) => {
      const { record } = await judged(sending(place, 'web', true, service));
      expect(record).toMatchObject({ verdict: 'unknown', acked: 0, rejected: SENT, received: 0, phantom: 0 });
      expect(record.reasons.map(({ kind }) => kind)).toEqual(['nothing-acked']);
    });

  test('answers before the event is stored, and is killed', async () => {
    const early = await start(true);
    onTestFinished(() => early.stop());
    const inBatches = SENT - (SENT % BATCH);
    const { code, record } = await judged(sending('header', 'acks-early', true, early), async () => {
      await until('full batches that are stored', async () => {
        return (await early.deeds('stored')).length === inBatches;
      });
      await early.kill();
    });
    const stored = await early.deeds('stored');
    expectOffence(
      { code, record },
      'lost',
      allSent().filter((each) => !stored.includes(each)),
    );
    expect(record).toMatchObject({ acked: SENT, received: inBatches, lost: SENT - inBatches });
  });
}

/**
 * Expects exactly the messages in `deeds` to have this problem (lost, corrupt or another). No message may have
 * another problem, and the verdict and the exit code must fit. With null, no message may have a problem.
 */
function expectOffence({ code, record }: Judged, offence: Offence | null, deeds: readonly string[]): void {
  const found = Object.fromEntries(OFFENCES.map((each) => [each, offenders(record, each)]));
  const none = Object.fromEntries(OFFENCES.map((each): [Offence, string[]] => [each, []]));
  expect(found).toEqual(offence === null ? none : { ...none, [offence]: deeds });
  const isPass = offence === null;
  expect({ code, verdict: record.verdict }).toEqual(
    isPass ? { code: 0, verdict: 'pass' } : { code: 1, verdict: 'fail' },
  );
}

function offenders(record: VerifyRecord, offence: Offence): string[] {
  return record.offenders[offence].map(({ identity }) => `${identity?.thread} ${identity?.loop}`).sort();
}

function allSent(): string[] {
  const threads = Array.from({ length: THREADS }, (_, index) => index + 1);
  const loops = Array.from({ length: LOOPS }, (_, index) => index + 1);
  return threads.flatMap((thread) => loops.map((loop) => `${thread} ${loop}`)).sort();
}

async function startEmbedded(): Promise<StartedBroker> {
  const folder = await makeTempFolder();
  const broker = await spawnBroker(folder);
  return {
    address: broker.address,
    stop: async () => {
      await kill(broker.process);
      await removeFolder(folder);
    },
  };
}

async function startReal(): Promise<StartedBroker> {
  const kafka = await startKafka();
  return { address: kafka.bootstrap, stop: () => kafka.stop() };
}
