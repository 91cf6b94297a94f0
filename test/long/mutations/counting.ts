import { evidence, type Mutation, mutationsProvenBy, TALLY } from './mutation.ts';

const tally = mutationsProvenBy(TALLY, 'src/verify/counting/tally.ts');
const entry = mutationsProvenBy(TALLY, 'src/verify/counting/count-entry.ts');
const order = mutationsProvenBy(TALLY, 'src/verify/counting/order.ts');
const table = mutationsProvenBy(TALLY, 'src/verify/counting/identity-table.ts');
const blocks = mutationsProvenBy(TALLY, 'src/verify/counting/slots/slot-blocks.ts');
const pages = mutationsProvenBy(TALLY, 'src/verify/counting/slots/slot-pages.ts');
const offenders = mutationsProvenBy(TALLY, 'src/verify/counting/offenders.ts');
const layout = mutationsProvenBy(TALLY, 'src/verify/counting/slots/slot-layout.ts');
const state = mutationsProvenBy(TALLY, 'src/verify/counting/slots/slot-state.ts');

/** Mutations of the rules that count what happened to each message. */
export const counting: readonly Mutation[] = [
  tally(
    'a second row of a message is noticed',
    "=== 'repeated') this.#repeatedRows++",
    "=== 'repeated') return",
  ),
  tally('damage that hides the identity is counted', 'this.#addCorrupt(null, place);', ''),
  tally('damage is counted', "if (reading.condition === 'corrupt') this.#addCorrupt(identity, place);", ''),
  tally(
    'a damaged message with an identity has arrived',
    'const before = this.#table.addSighting(',
    "if (reading.kind === 'message' && reading.condition === 'corrupt') return 'more'; const before = this.#table.addSighting(",
  ),
  entry('added fields are counted', 'if (entry.enriched) counts.enriched++;', ''),
  tally('the second copy is named, not the third', 'before === 1', 'before === 2'),
  tally(
    'only the first sight has a latency',
    "return before === 0 ? 'first' : 'more';",
    "return 'first';",
    evidence('latency', 'latency for a repeated message'),
  ),
  entry('received counts messages, not copies', 'counts.received++', 'counts.received += entry.seen'),
  entry('twice is duplicated', 'entry.seen > 1', 'entry.seen > 2'),
  entry(
    'with an end, what has no sample is unexpected',
    '!scope.ended && scope.isPlanned(entry)',
    'scope.isPlanned(entry)',
  ),
  entry(
    'without an end, what no plan would have sent is unexpected',
    '!scope.ended && scope.isPlanned(entry)',
    '!scope.ended',
  ),
  entry(
    'without an end, what was seen and has no row is indeterminate',
    "scope.isPlanned(entry) ? 'indeterminate'",
    "scope.isPlanned(entry) ? 'acked'",
  ),
  entry('unexpected is counted', 'counts.unexpected++;', ''),
  entry(
    'unexpected is named',
    "return 'unexpected';",
    'return null;',
    evidence('samples', 'of a complete run fail if there is a message without a row'),
  ),
  entry('sent is acked, rejected and indeterminate', 'counts.sent++;', ''),
  entry('each outcome is counted', 'counts[outcome]++;', ''),
  entry(
    'indeterminate is recovered or unresolved',
    "arrived ? 'recovered' : 'unresolved'",
    "arrived ? 'unresolved' : 'recovered'",
  ),
  entry(
    'only an indeterminate message is recovered',
    "if (outcome === 'indeterminate') counts[",
    "if (outcome !== 'acked') counts[",
  ),
  entry(
    'lost is acked and not there',
    "outcome === 'acked' && !arrived",
    "outcome !== 'rejected' && !arrived",
  ),
  entry('lost is counted', 'counts.lost++;', ''),
  entry('phantom is rejected and there', "outcome === 'rejected' && arrived", "outcome === 'rejected'"),
  entry('phantom is counted', 'counts.phantom++;', ''),
  offenders('offenders are bounded', 'offenders[offence].length < MAX_OFFENDERS', 'true'),
  tally('what was noticed while reading is named', 'newOffenders(this.#offenders)', 'newOffenders()'),
  order('what is out of order is named', 'earliest.unshift(entry);', ''),
  order('only acked messages can be out of order', "entry.outcome !== 'acked' || ", ''),
  order('order is kept within a partition only', 'earliestOfLater.set(partition,', 'earliestOfLater.set(0,'),
  order(
    'a message is held against all that were sent later',
    'Math.min(offset, earliestIn(partition))',
    'offset',
  ),
  order('a message is late in each partition that has a copy', 'places.every(', 'places.some('),
  table('copies in other partitions are known', 'this.#elsewhere.add(slot, place);', ''),
  table(
    'fields that were added to another message do not count',
    'withSighting(state, isEnriched)',
    'withSighting(state, false)',
  ),
  state(
    'what turns out to be another message had no fields added',
    '(TWO_BITS << SEEN_SHIFT) | ENRICHED',
    'TWO_BITS << SEEN_SHIFT',
  ),
  order('a message is held against the one sent before it', 'this.#lastOffsets.set(partition, offset);', ''),
  order('a walk backwards follows where the order broke', 'return this.#holds;', 'return true;'),
  order(
    'late is what stands after a later one',
    'offset > earliestIn(partition)',
    'offset < earliestIn(partition)',
  ),
  table('the first row of a message holds', "return 'repeated';", '{}'),
  table('what was seen before its row is not missing', ' - Number(isMissing(before))', ''),
  state('only acked messages are missing', "outcomeIn(state) === 'acked' && seenIn", 'seenIn'),
  state('what is seen is not missing any more', ' && seenIn(state) === 0 &&', ' &&'),
  table('a place is that of the first sight', 'if (before === 0) this', 'this'),
  layout('thread groups do not collide', '(group * MAX_INDEX + thread)', 'thread'),
  layout('threads do not collide', '(group * MAX_INDEX + thread)', 'group * MAX_INDEX'),
  layout('requests do not collide', '((request - 1) % requests);', '0;'),
  layout('requests beyond the known ones do not collide', 'Math.floor((request - 1) / requests);', '0;'),
  layout('loops do not collide', '(loop - 1) * requests', '0'),
  blocks('messages of one block do not collide', 'block + inStream - blockStart(number)', 'block'),
  blocks('blocks do not collide', 'this.#slots += blockSlots(number)', 'this.#slots += 1'),
  pages('a place has its offset', '(this.#firstOffsets[partition] ?? 0) +', ''),
  blocks('requests of a thread belong together', '.keys()).sort()', '.keys())'),
  blocks('the last request of a loop was sent last', 'streams.toReversed()', 'streams'),
  blocks('the last loop was sent last', 'ascending.toReversed()', 'ascending'),
];
