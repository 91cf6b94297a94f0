import { printable } from '../../printable.ts';
import type { SummaryRecord } from '../../runs/summary-json.ts';
import type { Offender, VerifyRecord } from '../../runs/verify-json.ts';
import { formatCount, formatMs, plural } from '../figures.ts';
import type { CountData, VerdictData } from './report-data.ts';

/** Lists that a run's files may make long are cut to these. */
const MAX_REASONS = 50;
const MAX_OFFENDERS = 20;
const MAX_SPANS = 12;

type CountName = keyof VerifyRecord & CountKey;
type CountKey =
  | 'sent'
  | 'acked'
  | 'rejected'
  | 'indeterminate'
  | 'received'
  | 'recovered'
  | 'unresolved'
  | 'lost'
  | 'phantom'
  | 'unexpected'
  | 'duplicated'
  | 'outOfOrder'
  | 'corrupt'
  | 'enriched'
  | 'foreign';

const GROUPS: Readonly<Record<CountData['group'], readonly CountName[]>> = {
  sent: ['sent', 'acked', 'rejected', 'indeterminate'],
  arrived: ['received', 'recovered', 'unresolved', 'lost', 'phantom', 'unexpected'],
  deliveries: ['duplicated', 'outOfOrder', 'corrupt', 'enriched', 'foreign'],
};

/** What fails a verdict whatever the rules, beside what the reasons name. */
const OFFENCES: readonly string[] = ['lost', 'phantom', 'unexpected', 'corrupt'];

/** The verdict of verify.json; without one, what the sender alone knows. */
export function verdictData(verification: VerifyRecord | null, summary: SummaryRecord | null): VerdictData {
  return verification === null ? unverified(summary) : verified(verification);
}

function unverified(summary: SummaryRecord | null): VerdictData {
  const statistics = summary?.statistics;
  const count = (name: 'acked' | 'rejected' | 'indeterminate') =>
    countData('sent', name, statistics?.[name] ?? 0);
  return {
    verdict: 'unverified',
    headline: 'The queue was not read: what became of the messages is not known. qbl verify tells.',
    reasons: [],
    counts:
      statistics === undefined
        ? []
        : [
            countData('sent', 'sent', statistics.samples),
            count('acked'),
            count('rejected'),
            count('indeterminate'),
          ],
    evidence: [],
    offenders: [],
  };
}

function verified(record: VerifyRecord): VerdictData {
  const named = record.reasons.map(({ kind }) => kind);
  return {
    verdict: record.verdict,
    headline: headline(record),
    reasons: record.reasons
      .slice(0, MAX_REASONS)
      .map(({ kind, count, text }) => ({ kind, count, text: printable(text) })),
    counts: Object.entries(GROUPS).flatMap(([group, names]) =>
      names.map((name) => countData(group as CountData['group'], name, record[name], named)),
    ),
    evidence: evidence(record),
    offenders: Object.entries(record.offenders)
      .filter(([, list]) => list.length > 0)
      .map(([kind, list]) => ({
        kind: words(kind),
        total: Math.max(totalOf(record, kind), list.length),
        messages: list.slice(0, MAX_OFFENDERS).map((offender) => offenderText(offender, record)),
      })),
  };
}

function headline({ verdict, acked }: VerifyRecord): string {
  if (verdict === 'pass') return `Each of the ${plural(acked, 'acked message')} arrived.`;
  if (verdict === 'fail') return 'An offence is proven.';
  return 'Nothing is proven wrong, and the evidence does not suffice for a pass.';
}

function countData(
  group: CountData['group'],
  name: string,
  count: number,
  offences: readonly string[] = [],
): CountData {
  const isOffence = OFFENCES.includes(name) || offences.includes(hyphenated(name));
  return { group, name: words(name), count, isOffence: isOffence && count > 0 };
}

/** `outOfOrder` as a reason's kind is written, and as people read it. */
const hyphenated = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const words = (name: string) => hyphenated(name).replaceAll('-', ' ');

function totalOf(record: VerifyRecord, kind: string): number {
  const names = Object.values(GROUPS).flat();
  const name = names.find((known) => known === kind);
  return name === undefined ? 0 : record[name];
}

const SOURCES: Readonly<Record<string, string>> = {
  received: 'a reader that was there',
  LogAppendTime: "the broker's append, by its clock",
  CreateTime: "the proxy's client, by its clock: what came after is not in it",
  mixed: 'stamps of different kinds: not comparable',
};

function evidence(record: VerifyRecord): string[] {
  const { drained, deliveries, queue, read, latencySource, latencyMs } = record;
  const lines = [
    `${plural(deliveries, 'delivery', 'deliveries')} read from ${printable(queue)}, ${drained ? 'to the end' : 'not to the end'}`,
  ];
  if (read.length > 0) lines.push(`Offsets: ${spans(read)}`);
  if (latencySource !== null)
    lines.push(`End-to-end latency is from sending to ${SOURCES[latencySource] ?? printable(latencySource)}`);
  if (latencyMs.negative > 0) {
    lines.push(
      `${plural(latencyMs.negative, 'arrival')} before the sending, by up to ${formatMs(-latencyMs.mostNegative)} ms: the clocks differ`,
    );
  }
  return lines;
}

function spans(read: VerifyRecord['read']): string {
  const shown = read
    .slice(0, MAX_SPANS)
    .map(
      ({ partition, from, to }) =>
        `partition ${partition} from ${formatCount(from)} to ${to === null ? 'an unknown end' : formatCount(to)}`,
    );
  const rest = read.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${plural(rest, 'more partition')}`] : [])].join('; ');
}

function offenderText({ identity, place }: Offender, { run, reading }: VerifyRecord): string {
  const who =
    identity === null
      ? 'identity unreadable'
      : [
          identity.run === run ? '' : `run ${printable(identity.run)}, `,
          `thread ${identity.group}-${identity.thread}, loop ${identity.loop}, request ${identity.request}`,
        ].join('');
  if (place === null) return who;
  return reading === 'log'
    ? `${who}; partition ${place.partition}, offset ${formatCount(place.offset)}`
    : `${who}; delivery ${formatCount(place.offset + 1)}`;
}
