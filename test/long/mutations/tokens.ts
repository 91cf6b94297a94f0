import { type Mutation, mutationsProvenBy, PROVABLE, type Proof } from './mutation.ts';

const TOKEN: Proof = { file: 'src/message/token/token.test.ts' };
const READER: Proof = { file: 'src/message/reading/token-reader.test.ts' };
const SLOTS: Proof = { file: 'src/verify/counting/slots/slot-tokens.test.ts' };
const DOUBTS: Proof = { file: 'src/verify/judging/session-doubts.test.ts' };
const INSPECTION: Proof = { file: 'src/verify/reading/inspection.test.ts' };
const codec = mutationsProvenBy(TOKEN, 'src/message/token/token.ts');
const number = mutationsProvenBy(TOKEN, 'src/message/token/number-token.ts');
const reader = mutationsProvenBy(READER, 'src/message/reading/token-reader.ts');
const content = mutationsProvenBy(READER, 'src/message/reading/content-hash.ts');
const DIFFERENCE: Proof = { file: 'src/verify/counting/contents/content-difference.test.ts' };
const difference = mutationsProvenBy(DIFFERENCE, 'src/verify/counting/contents/content-difference.ts');
const EARLY: Proof = { file: 'src/verify/counting/contents/early-contents.test.ts' };
const early = mutationsProvenBy(EARLY, 'src/verify/counting/contents/early-contents.ts');
const slots = mutationsProvenBy(SLOTS, 'src/verify/counting/slots/slot-tokens.ts');
const conclude = mutationsProvenBy(DOUBTS, 'src/verify/judging/conclude.ts');
const doubts = mutationsProvenBy(DOUBTS, 'src/verify/judging/session-doubts.ts');
const provable = mutationsProvenBy(PROVABLE, 'src/verify/judging/provable.ts');
const inspection = mutationsProvenBy(INSPECTION, 'src/verify/reading/inspection.ts');

/**
 * Mutations of the rules about identities outside the reserved key: their digits, where they are found, and
 * what is compared.
 */
export const tokens: readonly Mutation[] = [
  codec('a token of another execution is not a token of this run', '!digits.startsWith(this.#tag)', 'false'),
  codec(
    'the check bits of a token must be right',
    'third % CHECKS !== this.#checkOf(group, thread, loop, request)',
    'false',
  ),
  codec('the start of the run is part of the token', '`${run}|${startedAtMs}`', 'run'),
  codec('a token with one wrong digit is damaged', 'isDamaged: true', 'isDamaged: false'),
  number(
    'the check value of a number must be right',
    'number % this.#checks !== this.#checkOf(place)',
    'false',
  ),
  number(
    'the start of the run is part of the number',
    '`${run}|${startedAtMs}|${place}`',
    '`${run}|${place}`',
  ),
  reader(
    'an undamaged token comes before a damaged one',
    'const found = run.codec.read(digits);',
    'const found = run.codec.read(digits) ?? run.codec.repair(digits);',
  ),
  content(
    'an envelope may repeat the token of the object with the fields',
    'part === null || hasAny(part) ?',
    'true ?',
  ),
  content('an object with one of the fields is no envelope', 'hasAny(part) ?', 'false ?'),
  content(
    'a field that is repeated or cannot be compared is not missing',
    "pointedAt(json, pointer).kind !== 'missing'",
    'textOf(fieldOf(json, pointer)) !== null',
  ),
  content('several objects with the token must agree', "isSame ? first : { problem: 'ambiguous' }", 'first'),
  content('a payload is not the list of its fields', 'hashOf(NEVER_SENT + text)', 'hashOf(text)'),
  reader(
    'only objects inside the first one are compared',
    'outermostIn(part, (inner) =>',
    'outermostIn(payload.root, (inner) =>',
  ),
  reader('the objects inside a message are not compared', 'if (isPart && isClosed(next)) continue;', ''),
  reader(
    'the fields of another message are not compared',
    '.some((found) => isSame(found.identity, identity))',
    '.some(() => true)',
  ),
  reader('names of headers have no case', 'header.name.toLowerCase() === name', 'header.name === name'),
  reader(
    'upper and lower case in header names do not matter',
    'header.name.toLowerCase() === name',
    'header.name === name',
  ),
  reader('a token may be inside an envelope', 'if (isPart) yield next;', 'if (isPart) yield next; return;'),
  reader('an envelope may be a text', "typeof json !== 'string'", 'true'),
  content('the whole content is compared', 'part === null ? null : canonicalText(part);', 'null;'),
  difference('a field that is missing differs', 'at(index) === null ||', ''),
  difference('a determined field is compared', 'sent !== null && sent !== found', 'false'),
  difference('the hash shows that other fields are unchanged', 'isExplained ? [] : unknown', 'unknown'),
  difference('one of several fields is not certain', 'unknown.length === 1 && ', ''),
  early('small messages need memory too', 'BYTES_OF_MESSAGE +', ''),
  early('a row makes room for other messages', 'this.#bytes -= sizeOf(content)', 'this.#bytes -= 0'),
  slots('a copy before its row is compared', '? 0 : equalToFirst', '? 0 : 0'),
  slots('every copy before its row is compared', '(each === content ? 0 : count)', '0'),
  slots('copies that differ are damage', 'Math.max(ofFirst, 1)', 'ofFirst'),
  slots(
    'more equal copies than fit in a byte count',
    'else this.#moreEquals.set(slot, (this.#moreEquals.get(slot) ?? 0) + 1);',
    '',
  ),
  slots('copies that cannot be counted are said', 'isLeast: !isCounted && further > 0', 'isLeast: false'),
  slots(
    'messages that cannot be counted are said',
    'damaged: Math.max(ofFirst, 1), isLeast: true',
    'damaged: Math.max(ofFirst, 1), isLeast: false',
  ),
  slots('a copy after its row is compared', '&& content !== sent', '&& false'),
  provable(
    'contents prove nothing if rows may name wrong messages',
    'corrupt: misnamed ? corrupt - contentsDiffer : corrupt',
    'corrupt',
  ),
  conclude('a missing hash makes the verdict unknown', 'misplaced ?? missingHashes(run)', 'misplaced'),
  doubts(
    'receipts do not show contents',
    'takenBefore(history), ...contentsNotCompared(runs)',
    'takenBefore(history)',
  ),
  inspection(
    'a message without a value may have a token',
    'this.#runs.mayUseTokens && mayCarryToken(delivery)',
    'false',
  ),
  slots('the first copy determines the latency', '&& (flags & ARRIVED) === 0', ''),
];
