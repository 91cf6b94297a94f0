import { ANY_BYTE, MESSAGE, type Mutation, mutationsProvenBy, WHOSE_MESSAGE } from './mutation.ts';

const asItCame = mutationsProvenBy(MESSAGE, 'src/message/reading/as-it-came.ts');
const canonical = mutationsProvenBy(WHOSE_MESSAGE, 'src/message/json/canonical.ts');
const claim = mutationsProvenBy(MESSAGE, 'src/message/claim.ts');
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
  sum('the sum covers the fields', '`${canonicalFields}|', '`|'),
  sum(
    'the sum covers the time of sending',
    '${canonicalFields}|${identityText(identity)}|${sentAt}`',
    '${canonicalFields}|${identityText(identity)}`',
  ),
  sum('the sum covers the run', '`${run}|${group}', '`${group}'),
  sum('the sum covers the thread group', '${run}|${group}|', '${run}|'),
  sum('the sum covers the thread', '|${thread}|', '|'),
  sum('the sum covers the loop', '|${loop}|', '|'),
  sum('the sum covers the request', '|${request}`', '`'),
  sum(
    'what stands before the reserved key counts',
    'if (!isEmpty && value[end - 1] !== COMMA) return null;',
    '',
    ANY_BYTE,
  ),
  write('a body without fields is a message too', '? before : `${before},`', '? `${before},` : `${before},`'),
  claim('a claim has a time', '|| !isSentAt(sentAt) ', ''),
  claim(
    'a claim has each name once',
    'values.length === 1 ? values[0] : undefined',
    'values[0]',
    WHOSE_MESSAGE,
  ),
  claim('numbers count from 1', 'value >= 1 && ', ''),
  claim('numbers are whole', 'Number.isSafeInteger(value)', 'true'),
  claim('a thread is bounded', '!isIndex(thread, MAX_INDEX) || ', ''),
  claim('a loop is bounded', ' || !isIndex(loop, MAX_INDEX)', ''),
  claim('a thread group is bounded', 'isIndex(group, MAX_PER_PLAN + 1) && ', ''),
  claim('a request is bounded', ' && isIndex(request, MAX_PER_PLAN + 1)', ''),
  identity('a run id is no path', 'RUN_ID.test(text) && ', ''),
  identity('. and .. are no run ids', " && text !== '.' && text !== '..'", ''),
  framing('a schema id is no part of the message', 'value[0] === CONFLUENT_MAGIC', 'false'),
  framing('a byte order mark is no part of the message', 'prefix.equals(BYTE_ORDER_MARK)', 'false'),
  framing(
    "the id of Glue's registry is no part of the message",
    'value[0] !== GLUE_VERSION',
    'true',
    WHOSE_MESSAGE,
  ),
  find('an envelope may be a list or an object', 'childrenOf(next).toReversed()', '[]'),
  find('an envelope may hold a text of JSON', 'pending.push(parsed.value)', 'continue'),
  find(
    'a text may hold a text',
    "next.includes(RESERVED_KEY) || next.includes('sentAt')",
    `next.includes('"qbl"') || next.includes('"sentAt"')`,
  ),
  find('of several messages the first is found', '.toReversed()', ''),
  read(
    'a value of null is foreign',
    'if (value === null) return FOREIGN;',
    "if (value === null) return { kind: 'corrupt', run: 'run-1' };",
  ),
  read('damage to the run id alone is seen', 'this.#withRunPutRight(found) ?? FOREIGN', 'FOREIGN'),
  read(
    'damage to the id of another run is not held against ours',
    'this.#ofNeighbour(found, templates) ?? message(condition, found.claim)',
    'message(condition, found.claim)',
    WHOSE_MESSAGE,
  ),
  read(
    'what only carries the claim is foreign',
    'if (condition === null) return FOREIGN;',
    '',
    WHOSE_MESSAGE,
  ),
  read('damage that hides the identity is seen', "run === null ? null : { kind: 'corrupt', run }", 'null'),
  read(
    'damage that leaves the claim whole does not hide it',
    "return this.#runs.has(claim.identity.run) ? message('corrupt', claim) : FOREIGN;",
    'return FOREIGN;',
  ),
  read(
    'what is no JSON, and was none before one place was damaged, is foreign',
    ' || !isNearlyJson(broken)',
    '',
    WHOSE_MESSAGE,
  ),
  read('damage before the JSON does not hide it', ' ?? this.#behindDamagedPrefix(value)', '', WHOSE_MESSAGE),
  read('bytes that are no text are damage', "isUtf8(json) ? condition : 'corrupt'", 'condition'),
  nearlyJson('words are no JSON', 'if (isString || SCALAR.test(token)) continue;', 'continue;'),
  mention('a text that only mentions a run is foreign', '>= NAMES.length - 1;', '>= 0;', WHOSE_MESSAGE),
  mention(
    'what is left of a claim of another run is foreign',
    'known.includes(claimed) ? claimed : null',
    'known[0] ?? null',
  ),
  mention('an id that can be read is no other one that is damaged', "? whole : ''", '? whole : whole'),
  mention('an id that is damaged is looked for', '[^]{0,2}', '${text[at]}', ANY_BYTE),
  asItCame(
    'the bytes as they came are compared with the sum',
    '=== claim.sum ? claim : null',
    '=== claim.sum ? claim : claim',
  ),
  condition('a form that differs is read by its meaning', "if (isIntact(found)) return 'intact';", ''),
  condition('the canonical form is compared with the sum', '&& sumOf(fields, identity, sentAt) === sum', ''),
  condition(
    'added fields are no damage',
    "if (proves(found.claim, plannedFields(found, templates))) return 'enriched';",
    '',
  ),
  condition(
    'a damaged copy counts',
    "return isDamaged(found, templates) ? 'corrupt' : null;",
    'return null;',
  ),
  condition(
    'a claim that is repeated is damage',
    'if (object.all(RESERVED_KEY).length > 1) return null;',
    '',
    WHOSE_MESSAGE,
  ),
  resemblance('what has few fields of the plan is no copy', '> expected.length ||', '>= 0 ||'),
  canonical(
    'a key that is repeated counts',
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
