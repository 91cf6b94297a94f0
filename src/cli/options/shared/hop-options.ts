import { InvalidArgumentError } from 'commander';
import { QblError } from '../../../error.ts';
import { type FindPlace, findPlaceText } from '../../../message/placement.ts';
import { formatDuration } from '../../../plan/duration.ts';
import { hopName, MAX_HOPS, withoutSecrets } from '../../../plan/hop-schema.ts';
import {
  HOP_RULES,
  type Hop,
  type HopFields,
  type HopRule,
  type Hops,
  repeatedQueue,
} from '../../../plan/hops.ts';
import { findPlace } from '../../../plan/identity-fields.ts';
import { parseQueueUrl } from '../../../queue/url/url.ts';
import { durationMs, planField, unrepeated } from '../values/parsers.ts';
import { texts, type WrittenOption, type WrittenValues } from './written-options.ts';

/** The options about hops: further queues or topics to which the service writes. */
export const HOP_OPTIONS: readonly WrittenOption[] = [
  {
    name: 'hop',
    flags: '--hop <name=url>',
    description:
      'name and URL of a queue to which your service writes outputs, replies or dead letters; repeatable; Kafka or RabbitMQ',
    parse: unrepeated('--hop <name=url>', parseHop),
    isRepeatable: true,
  },
  {
    name: 'hopFind',
    flags: '--hop-find <name=place>',
    description:
      'where verify looks for the token in the messages of a hop, written as in --find; repeatable (default: as for the queue)',
    parse: parseHopFind,
    isRepeatable: true,
  },
  {
    name: 'hopRule',
    flags: '--hop-rule <rule>',
    description: 'in how many hops each message must be (default: exactly-one)',
    choices: HOP_RULES,
  },
  {
    name: 'hopWithin',
    flags: '--hop-within <time>',
    description: 'how long verify waits for outputs after it has read the queue to its end (default: 60s)',
    parse: durationMs,
  },
];

/**
 * Parses `name=queue`.
 * @throws QblError 'usage' for any other text; the message contains no secret of the URL
 */
function parseHop(text: string): { readonly name: string; readonly queue: string } {
  const { name, value: queue } = named(
    text,
    'expected a name and a queue URL, such as done=kafka://localhost/done',
  );
  return { name, queue: withoutSecrets(queue) };
}

function parseHopFind(text: string): { readonly name: string; readonly place: FindPlace } {
  const { name, value } = named(
    text,
    'expected the name of a hop and where its messages have the token, such as done=$message.key',
  );
  return { name, place: planField(findPlace, String)(value) };
}

/** Splits a text of the form `name=value`. */
function named(text: string, expected: string): { readonly name: string; readonly value: string } {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError(`${expected}.`);
  return { name: planField(hopName, String)(name), value };
}

/**
 * Returns the fields of the plan that the options set. A field is absent if its option was not given.
 * @throws QblError 'usage' if there are too many hops, if two hops have the same name or queue, or if --hop-find names
 * no hop of --hop
 */
export function hopFieldsOf(values: WrittenValues): HopFields {
  const { hopRule, hopWithin } = values;
  const hops = hopsIn(texts(values['hop']), texts(values['hopFind']));
  return {
    ...(hops === null ? {} : { hops }),
    ...(typeof hopRule === 'string' ? { hopRule: hopRule as HopRule } : {}),
    ...(typeof hopWithin === 'string' ? { hopWithinMs: durationMs(hopWithin) } : {}),
  };
}

function hopsIn(written: readonly string[], places: readonly string[]): readonly Hop[] | null {
  const given = written.map(parseHop);
  if (given.length > MAX_HOPS) throw new QblError('usage', `--hop: expected at most ${MAX_HOPS} hops`);
  const names = given.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new QblError('usage', `--hop: two hops have the name "${twice}"`);
  const found = places.map(parseHopFind);
  const unknown = found.find(({ name }) => !names.includes(name));
  if (unknown !== undefined)
    throw new QblError('usage', `--hop-find: no --hop has the name "${unknown.name}"`);
  const hops = given.map(({ name, queue }) => {
    const find = found.filter((each) => each.name === name).map(({ place }) => place);
    return { name, queue, ...(find.length === 0 ? {} : { find }) };
  });
  const repeated = repeatedQueue(hops);
  if (repeated !== null)
    throw new QblError('usage', `--hop: "${repeated.name}" has the same queue as another hop`);
  return hops.length === 0 ? null : hops;
}

/** Returns the command-line options that describe these hops. */
export function hopOptions({ places, rule, withinMs }: Hops): WrittenValues {
  const find = places.flatMap(({ name, find = [] }) =>
    find.map((place) => `${name}=${findPlaceText(place)}`),
  );
  return {
    hop: places.map(({ name, queue }) => `${name}=${queue}`),
    hopFind: find,
    hopRule: rule,
    hopWithin: formatDuration(withinMs),
  };
}

/**
 * Checks the queues of the hops.
 * @throws QblError 'usage' if qbl cannot read a hop while `qbl run` sends to the queue
 */
export function checkHopQueues(hops: readonly Hop[], queue: string): void {
  const url = withoutSecrets(queue);
  const same = hops.find((hop) => hop.queue === url);
  if (same !== undefined) throw new QblError('usage', `hop "${same.name}" is the queue itself: ${url}`);
  const taken = hops.find((hop) => parseQueueUrl(hop.queue).system === 'sqs');
  if (taken === undefined) return;
  throw new QblError('usage', `hop "${taken.name}": reading ${taken.queue} would remove its messages`, {
    hint: 'A hop must be a queue of Kafka or RabbitMQ.',
  });
}
