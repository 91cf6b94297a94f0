import { evidence, type Mutation, mutationsProvenBy, TALLY } from './mutation.ts';

const messages = mutationsProvenBy(TALLY, 'src/verify/counting/count-messages.ts');
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
    'a second row of a message is found',
    "=== 'repeated') this.#repeatedRows++",
    "=== 'repeated') return",
  ),
  tally('damage that hides the identity is counted', 'this.#addCorrupt(null, place);', ''),
  tally('damage is counted', "if (reading.condition === 'corrupt') this.#addCorrupt(identity, place);", ''),
  tally(
    'a damaged message with an identity counts as arrived',
    'const before = this.#table.addSighting(',
    "if (reading.kind === 'message' && reading.condition === 'corrupt') return 'more'; const before = this.#table.addSighting(",
  ),
  entry('messages with added fields are counted', 'if (entry.enriched) counts.enriched++;', ''),
  tally('the second copy of a message is listed, and not the third', 'before === 1', 'before === 2'),
  tally(
    'only the first copy of a message has a latency',
    "return before === 0 ? 'first' : 'more';",
    "return 'first';",
    evidence('latency', 'latency for a repeated message'),
  ),
  messages('the order of messages that were read once is checked', 'order.addPlace(place);', ''),
  messages('messages that were read once are counted', 'addPlain(counts, service, plain);', ''),
  messages('messages that were read once fit their rows', 'into.fitting += plain;', ''),
  state(
    'a rejected message is not counted as acknowledged',
    "withOutcome(0, 'acked'), false",
    "withOutcome(0, 'rejected'), false",
  ),
  entry('received counts messages and not copies', 'counts.received++', 'counts.received += entry.seen'),
  entry('two copies of a message are duplicated', 'entry.seen > 1', 'entry.seen > 2'),
  entry(
    'if the sender ended, a message without a sample is unexpected',
    '!scope.ended && scope.isPlanned(entry)',
    'scope.isPlanned(entry)',
  ),
  entry(
    'if the sender was killed, a message outside the plan is unexpected',
    '!scope.ended && scope.isPlanned(entry)',
    '!scope.ended',
  ),
  entry(
    'if the sender was killed, a message of the plan without a row is indeterminate',
    "scope.isPlanned(entry) ? 'indeterminate'",
    "scope.isPlanned(entry) ? 'acked'",
  ),
  entry('unexpected messages are counted', 'counts.unexpected++;', ''),
  entry(
    'unexpected messages are listed',
    "return 'unexpected';",
    'return null;',
    evidence('samples', 'of a complete run fail if there is a message without a row'),
  ),
  entry('sent is the sum of acked, rejected and indeterminate', 'counts.sent++;', ''),
  entry('each outcome is counted', 'counts[outcome]++;', ''),
  entry(
    'indeterminate is the sum of recovered and unresolved',
    "arrived ? 'recovered' : 'unresolved'",
    "arrived ? 'unresolved' : 'recovered'",
  ),
  entry(
    'only an indeterminate message can be recovered',
    "if (outcome === 'indeterminate') counts[",
    "if (outcome !== 'acked') counts[",
  ),
  entry(
    'a message is lost if it was acked and did not arrive',
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
  order(
    'order is checked only within a partition',
    'earliestOfLater.set(partition,',
    'earliestOfLater.set(0,',
  ),
  order(
    'a message is compared with all messages that were sent later',
    'Math.min(offset, earliestIn(partition))',
    'offset',
  ),
  order(
    'a message is out of order only if it is late in each partition with a copy',
    'places.every(',
    'places.some(',
  ),
  table('the positions of copies in other partitions are recorded', 'this.#elsewhere.add(slot, place);', ''),
  table(
    'fields that were added to a message of another sender do not count',
    'withSighting(state, isEnriched)',
    'withSighting(state, false)',
  ),
  state(
    'a message of another sender leaves no record of added fields',
    '(TWO_BITS << SEEN_SHIFT) | ENRICHED',
    'TWO_BITS << SEEN_SHIFT',
  ),
  order(
    'a message is compared with the message sent before it',
    'this.#lastOffsets.set(partition, offset);',
    '',
  ),
  order('a second pass finds the late messages of a thread', 'return this.#holds;', 'return true;'),
  order(
    'a message is late if it is after a message that was sent later',
    'offset > earliestIn(partition)',
    'offset < earliestIn(partition)',
  ),
  table('the first of two rows of a message counts', "return 'repeated';", '{}'),
  table('a message that was read before its row is not missing', ' - Number(isMissing(before))', ''),
  state('only acked messages are missing', "outcomeIn(state) === 'acked' && seenIn", 'seenIn'),
  state('a message that was read is not missing any more', ' && seenIn(state) === 0 &&', ' &&'),
  table('the position of a message is that of its first copy', 'if (before === 0) this', 'this'),
  layout('thread groups use different slots', '(group * MAX_INDEX + thread)', 'thread'),
  layout('threads use different slots', '(group * MAX_INDEX + thread)', 'group * MAX_INDEX'),
  layout('requests use different slots', '((request - 1) % requests);', '0;'),
  layout(
    'requests beyond the known number use different slots',
    'Math.floor((request - 1) / requests);',
    '0;',
  ),
  layout('loops use different slots', '(loop - 1) * requests', '0'),
  blocks('messages of one block use different slots', 'block + inStream - blockStart(number)', 'block'),
  blocks('blocks use different slots', 'this.#slots += blockSlots(number)', 'this.#slots += 1'),
  pages('a position contains the offset', '(this.#firstOffsets[partition] ?? 0) +', ''),
  blocks('the requests of a thread are in one stream', '.keys()).sort()', '.keys())'),
  blocks('the last request of a loop was sent last', 'streams.toReversed()', 'streams'),
  blocks('the last loop was sent last', 'ascending.toReversed()', 'ascending'),
];
