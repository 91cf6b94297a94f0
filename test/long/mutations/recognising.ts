import { ANY_BYTE, MESSAGE, type Mutation, mutationsProvenBy, WHOSE_MESSAGE } from './mutation.ts';

const asItCame = mutationsProvenBy(MESSAGE, 'src/message/reading/as-it-came.ts');
const canonical = mutationsProvenBy(WHOSE_MESSAGE, 'src/message/json/canonical.ts');
const claim = mutationsProvenBy(MESSAGE, 'src/message/claim.ts');
const claimBytes = mutationsProvenBy(WHOSE_MESSAGE, 'src/message/bytes/claim-bytes.ts');
const condition = mutationsProvenBy(MESSAGE, 'src/message/reading/condition.ts');
const framing = mutationsProvenBy(MESSAGE, 'src/message/reading/framing.ts');
const find = mutationsProvenBy(MESSAGE, 'src/message/reading/find.ts');
const identity = mutationsProvenBy(MESSAGE, 'src/message/identity.ts');
const mention = mutationsProvenBy(MESSAGE, 'src/message/reading/mention.ts');
const nearlyJson = mutationsProvenBy(WHOSE_MESSAGE, 'src/message/reading/nearly-json.ts');
const read = mutationsProvenBy(MESSAGE, 'src/message/reading/read.ts');
const resemblance = mutationsProvenBy(WHOSE_MESSAGE, 'src/message/reading/resemblance.ts');
const sum = mutationsProvenBy(MESSAGE, 'src/message/sum.ts');
const write = mutationsProvenBy(MESSAGE, 'src/message/write.ts');

/** Mutations of the rules that decide whose message it is, and whether it is damaged. */
export const recognising: readonly Mutation[] = [
  sum('the checksum covers the fields', 'canonicalFields + claimText(', 'claimText('),
  sum(
    'the checksum covers the time of sending',
    '|${identityText(identity)}|${sentAt}`',
    '|${identityText(identity)}`',
  ),
  sum('the checksum covers the run', '`${run}|${group}', '`${group}'),
  sum('the checksum covers the thread group', '${run}|${group}|', '${run}|'),
  sum('the checksum covers the thread', '|${thread}|', '|'),
  sum('the checksum covers the loop', '|${loop}|', '|'),
  sum('the checksum covers the request', '|${request}`', '`'),
  asItCame(
    'the text before the reserved key is compared',
    'if (!isEmpty && value[end - 1] !== COMMA) return false;',
    '',
    ANY_BYTE,
  ),
  claimBytes('white space after a message that JSON does not allow is damage', '/[ \\t\\n\\r]/', '/\\s/'),
  write('a body without fields can be a message', '? before : `${before},`', '? `${before},` : `${before},`'),
  claim('a claim must have a time', '|| !isSentAt(sentAt) ', ''),
  claim(
    'a claim must have each name once',
    'values.length === 1 ? values[0] : undefined',
    'values[0]',
    WHOSE_MESSAGE,
  ),
  claim('the numbers of a claim start at 1', 'value >= 1 && ', ''),
  claim('the numbers of a claim are whole', 'Number.isSafeInteger(value)', 'true'),
  claim('the number of a thread is limited', '!isIndex(thread, MAX_INDEX) || ', ''),
  claim('the number of a loop is limited', ' || !isIndex(loop, MAX_INDEX)', ''),
  claim('the number of a thread group is limited', 'isIndex(group, MAX_PER_PLAN + 1) && ', ''),
  claim('the number of a request is limited', ' && isIndex(request, MAX_PER_PLAN + 1)', ''),
  identity('a run id is not a path', 'RUN_ID.test(text) && ', ''),
  identity('. and .. are not valid run ids', " && text !== '.' && text !== '..'", ''),
  framing('a schema id is not part of the message', 'value[0] === CONFLUENT_MAGIC', 'false'),
  framing('a byte order mark is not part of the message', 'prefix.equals(BYTE_ORDER_MARK)', 'false'),
  framing(
    "the id of Glue's registry is not part of the message",
    'value[0] !== GLUE_VERSION',
    'true',
    WHOSE_MESSAGE,
  ),
  find('an envelope may be a list or an object', 'childrenOf(next).toReversed()', '[]'),
  find('an envelope may contain JSON as a text', 'pending.push(parsed.value)', 'continue'),
  find(
    'a text of JSON may contain another text of JSON',
    "text.includes(RESERVED_KEY) || text.includes('sentAt')",
    `text.includes('"qbl"') || text.includes('"sentAt"')`,
  ),
  find('the first of several messages is found', '.toReversed()', ''),
  read(
    'a message without a value is foreign',
    'if (value === null) return FOREIGN;',
    "if (value === null) return { kind: 'corrupt', run: 'run-1' };",
  ),
  read('damage to the run id alone is recognised', 'this.#withRunPutRight(found) ?? ', ''),
  read(
    'damage to the id of another run does not count for this run',
    'this.#ofNeighbour(found, templates) ?? message(condition, found.claim)',
    'message(condition, found.claim)',
    WHOSE_MESSAGE,
  ),
  read(
    'an object that only contains the claim is foreign',
    'if (condition === null) return null;',
    '',
    WHOSE_MESSAGE,
  ),
  read(
    'an object that only contains the claim does not hide the message',
    'return reading;\n      mentions++;',
    'return reading;\n      return FOREIGN;',
    WHOSE_MESSAGE,
  ),
  read(
    'damage that hides the identity is recognised',
    "run === null ? null : { kind: 'corrupt', run }",
    'null',
  ),
  read(
    'a claim is found although the rest is damaged',
    "return this.#runs.has(claim.identity.run) ? message('corrupt', claim) : FOREIGN;",
    'return FOREIGN;',
  ),
  read('text that was not JSON before the damage is foreign', ' || !isNearlyJson(broken)', '', WHOSE_MESSAGE),
  read(
    'a message is found although a byte before its JSON is damaged',
    ' ?? this.#behindDamagedPrefix(value)',
    '',
    WHOSE_MESSAGE,
  ),
  read('bytes that are not UTF-8 are damage', "isUtf8(json) ? condition : 'corrupt'", 'condition'),
  nearlyJson(
    'a text with words outside of strings is not JSON',
    'if (isString || SCALAR.test(token)) continue;',
    'continue;',
  ),
  mention('a text that only mentions a run is foreign', '>= NAMES.length - 1;', '>= 0;', WHOSE_MESSAGE),
  mention(
    'the rest of a claim of another run is foreign',
    'known.includes(claimed) ? claimed : null',
    'known[0] ?? null',
  ),
  mention('a readable id of another run is not a damaged id of this run', "? whole : ''", '? whole : whole'),
  mention('a damaged run id is searched', '[^]{0,2}', '${text[at]}', ANY_BYTE),
  asItCame(
    'the bytes as received are compared with the checksum',
    'claims.hasSum(input.checksum()) ? claims : null',
    'claims',
  ),
  condition('a message in another form is parsed', "if (isIntact(found)) return 'intact';", ''),
  condition(
    'the canonical form is compared with the checksum',
    '&& sumOf(fields, identity, sentAt) === sum',
    '',
  ),
  condition(
    'added fields are not damage',
    "if (proves(found.claim, plannedFields(found, templates))) return 'enriched';",
    '',
  ),
  condition(
    'a damaged copy counts for the run',
    "return isDamaged(found, templates) ? 'corrupt' : null;",
    'return null;',
  ),
  condition(
    'a repeated claim is damage',
    'if (object.all(RESERVED_KEY).length > 1) return null;',
    '',
    WHOSE_MESSAGE,
  ),
  resemblance('an object with few fields of the plan is not a copy', '> expected.length ||', '>= 0 ||'),
  canonical(
    'the values of a repeated key count',
    'value.members.filter(([name]) => names.has(name))',
    '[...names].flatMap((name) => value.members.filter((each) => each[0] === name).slice(-1))',
  ),
  canonical(
    'fields may be added at every depth',
    'template.all(at).at(-1) : undefined',
    'undefined : undefined',
    MESSAGE,
  ),
  canonical(
    'fields may be added in lists',
    'isArray(template) ? template[at] : undefined',
    'undefined',
    MESSAGE,
  ),
];
