import { evidence, type Mutation, mutationsOf, type Proof, SIMULATIONS, TALLY } from './mutation.ts';

const doubt = mutationsOf('src/verify/judging/doubt.ts');
const sessionDoubts = mutationsOf('src/verify/judging/session-doubts.ts');
const HISTORIES: Proof = { file: 'test/long/histories.test.ts' };
const table = mutationsOf('src/verify/counting/identity-table.ts');
const wrongRows = mutationsOf('src/verify/judging/wrong-rows.ts');
const unidentified = mutationsOf('src/verify/judging/unidentified.ts');
const mingled = mutationsOf('src/verify/judging/mingled.ts');
const RETENTION = evidence('replay', 'retention');
const SEEN = evidence('replay', 'but an earlier verification saw messages');
const ANEW = evidence('replay', 'topic was recreated');

/** Mutations of the rules about doubts, which make a verdict unknown. */
export const doubting: readonly Mutation[] = [
  doubt(
    'a recreated topic is noticed',
    'recreated(history, inspection.firstOwn, now);',
    'null as Doubt | null;',
    ANEW,
  ),
  doubt('messages that retention removed are not lost', ', await removed(reading, runs)]', ']', RETENTION),
  doubt(
    'retention of messages older than the run does not matter',
    'firstStartMs + mostNegative - CLOCK_MARGIN_MS',
    '0',
    RETENTION,
  ),
  table(
    'a message must fit the times of its row',
    'sentAtMs !== null && !this.#pages.fits(slot, sentAtMs)) { this',
    'false) { this',
    TALLY,
  ),
  table(
    'a message that was read before its row must fit the row',
    'if (isWithin(sentAtMs, window)) return true;',
    'return true;',
    TALLY,
  ),
  table(
    'a receipt must fit the times of its row',
    "if (addsUnknown) this.others.add(sentAtMs); return 'other';",
    '',
    TALLY,
  ),
  wrongRows(
    'samples that begin before the run belong to another run',
    'firstStartMs < startedAtMs - CLOCK_STEP_MS',
    'false',
    evidence('samples', 'that begin before the run'),
  ),
  wrongRows(
    'samples that end after the run belong to another run',
    'lastEndMs > sentUntilMs + CLOCK_SLEW_MS',
    'false',
    evidence('samples', 'that end after the run'),
  ),
  wrongRows(
    'the samples are compared with summary.json',
    'summary.samples !== rows',
    'false',
    evidence('samples', 'if summary.json has'),
  ),
  mingled(
    'two senders at the same time make the verdict unknown',
    'if (among > 0)',
    'if (false as boolean)',
    HISTORIES,
  ),
  mingled(
    'samples of another run make the verdict unknown',
    'startedAtMs === null && fitting === 0',
    'false',
    evidence('samples', 'samples of another run with'),
  ),
  doubt(
    'negative latencies show how far the clock of the sender is ahead',
    'firstStartMs + mostNegative',
    'firstStartMs',
    evidence('replay', "while the sender's clock was ahead"),
  ),
  doubt(
    'a reading that begins after the start of the run is noticed',
    'return late ?? reader',
    'return reader',
    evidence('replay', 'from the beginning is unknown if the log no longer reaches'),
  ),
  doubt(
    'a partition that was added later began at offset 0',
    'starts.get(partition) ?? 0; if (from',
    'starts.get(partition) ?? from; if (from',
    evidence('replay', 'a partition that was added later'),
  ),
  doubt(
    'only a timestamp of the queue shows how far clocks differ',
    "source === 'LogAppendTime' ? 'queue' : 'sender'",
    "'queue'",
    evidence('replay', 'the clock difference is not known'),
  ),
  doubt(
    'ends of the queue that were seen before are used',
    'highest([starts ?? new Map(), history.ends])',
    'highest([starts ?? new Map()])',
    SEEN,
  ),
  doubt(
    'the end of the topic that a tap recorded is used',
    'highest([starts ?? new Map(), history.ends])',
    'new Map<number, number>()',
    SIMULATIONS,
  ),
  doubt('a topic with another id was recreated', 'id !== queueId', 'false', {
    file: 'src/verify/judging/doubt.test.ts',
  }),
  doubt(
    'a topic that reports no id now may be another topic',
    'withoutId(history, now), ',
    '',
    evidence('replay', 'reports no id now'),
  ),
  doubt(
    'a topic that was longer at another URL may be another topic',
    'recreatedElsewhere(history, now), ',
    '',
    evidence('replay', 'although the earlier verification read it at another URL'),
  ),
  doubt('messages that verify itself removed are not lost', 'takenBefore(history),', '', SIMULATIONS),
  doubt(
    'a reading that removes messages and did not end may have removed any message',
    'if (taken === 0)',
    'if (taken === 0 || taken === null)',
    SIMULATIONS,
  ),
  sessionDoubts(
    'messages that verify itself removed have no receipt',
    'receiptsAlone(services), takenBefore(history)',
    'receiptsAlone(services)',
    evidence('service', 'an earlier verification removed before the service'),
  ),
  sessionDoubts(
    'with timestamps of the broker, messages before the starting time are not read',
    "latency.source === 'LogAppendTime' && latency",
    'latency.source !== null && latency',
    evidence('reading', 'a timestamp of the producer'),
  ),
  sessionDoubts(
    'a reading that begins after the start of the run misses messages',
    'isByBroker && isEarly',
    'isByBroker',
    evidence('reading', 'if the user gave a time'),
  ),
  unidentified(
    'encoded messages are named as the reason',
    'counts.received > 0 || nameless.count === 0',
    'true',
    evidence('messages', 'encoded'),
  ),
];
