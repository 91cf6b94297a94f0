import { ANY_BYTE, HISTORIES, MESSAGE, type Mutation, mutationsProvenBy } from './mutation.ts';

const claim = mutationsProvenBy(MESSAGE, 'src/message/claim.ts');
const framing = mutationsProvenBy(MESSAGE, 'src/message/framing.ts');
const find = mutationsProvenBy(MESSAGE, 'src/message/find.ts');
const identity = mutationsProvenBy(MESSAGE, 'src/message/identity.ts');
const mention = mutationsProvenBy(MESSAGE, 'src/message/mention.ts');
const read = mutationsProvenBy(MESSAGE, 'src/message/read.ts');
const shape = mutationsProvenBy(MESSAGE, 'src/message/shape.ts');
const sum = mutationsProvenBy(MESSAGE, 'src/message/sum.ts');
const write = mutationsProvenBy(MESSAGE, 'src/message/write.ts');

/** Whose message it is, and whether it is damaged. */
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
  write('a body without fields is a message too', "canonicalFields === '{}' ? '{' : ", ''),
  claim('a claim has a time', " || typeof sentAt !== 'string' || !SENT_AT.test(sentAt)", ''),
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
  find('an envelope may be a list', 'if (Array.isArray(value)) return value;', ''),
  find('an envelope may be an object', 'isObject(value) ? Object.values(value) : []', '[]'),
  find('an envelope may hold a text of JSON', 'return jsonIn(value)', 'return []'),
  find('a text may hold a text', 'text.includes(RESERVED_KEY)', 'text.includes(\'"qbl"\')'),
  find(
    'an envelope may nest',
    'while (pending.length > 0)',
    'for (let i = 0; i < 99 && pending.length > 0; i++)',
  ),
  find('of several messages the first is found', '.toReversed()', ''),
  read(
    'a value of null is foreign',
    'if (value === null) return FOREIGN;',
    "if (value === null) return { kind: 'corrupt', run: 'run-1' };",
  ),
  read(
    'a message of another run is foreign',
    'this.#runs.has(claim.identity.run) ? message(condition, claim) : FOREIGN',
    'message(condition, claim)',
  ),
  read('damage to the run id alone is seen', 'this.#renamed(found) ?? FOREIGN', 'FOREIGN'),
  read(
    'a message whose run id is damaged is corrupt',
    "return message('corrupt', ours)",
    "return message('intact', ours)",
  ),
  read(
    'damage that hides the identity is seen',
    "run === null ? FOREIGN : { kind: 'corrupt', run }",
    'FOREIGN',
  ),
  read(
    'damage that leaves the claim whole does not hide it',
    "if (claim !== null) return this.#ifOurs('corrupt', claim);",
    '',
  ),
  read(
    'bytes that are no text are damage',
    "isUtf8(json) ? condition(found, templates) : 'corrupt'",
    'condition(found, templates)',
  ),
  mention('a text that only mentions a run is foreign', '.length < CLAIM_KEYS.length - 1', '.length < 0'),
  mention(
    'what is left of a claim of another run is foreign',
    'known.includes(claimed) ? claimed : null',
    'known[0] ?? null',
  ),
  mention('an id that can be read is no other one that is damaged', "? whole : ''", '? whole : whole'),
  mention('an id that is damaged is looked for', '[^]{0,2}', '${text[at]}', ANY_BYTE),
  read(
    'the bytes as they came are held against the sum',
    '=== claim.sum ? claim : null',
    '=== claim.sum ? claim : claim',
  ),
  read(
    'a form that differs is read by its meaning',
    "if (sumFits(fields, claim)) return 'intact';",
    '',
    HISTORIES,
  ),
  read('the canonical form is held against the sum', '&& sumOf(canonical, identity, sentAt) === sum', ''),
  read(
    'added fields are no damage',
    "sumFits(project(fields, template), claim) ? 'enriched'",
    "sumFits(fields, claim) ? 'enriched'",
  ),
  read(
    'a changed field is damage, added ones or not',
    "sumFits(project(fields, template), claim) ? 'enriched' : 'corrupt'",
    "'enriched'",
  ),
  read(
    'without a template a change is damage',
    "if (template === null) return 'corrupt';",
    "if (template === null) return 'enriched';",
  ),
  read(
    'what has no canonical form is corrupt',
    '} catch {\n    return null;',
    '} catch {\n    throw new Error();',
    { ...MESSAGE, named: 'without a canonical form' },
  ),
  shape(
    'the reserved key is no field',
    'const { [RESERVED_KEY]: _, ...fields } = object;',
    'const fields = object;',
  ),
  shape(
    'a field that was dropped is damage',
    'Object.keys(template).filter((key) => Object.hasOwn(value, key))',
    'Object.keys(value)',
  ),
  shape(
    'fields may be added at every depth',
    '[key, project(value[key] ?? null, template[key])]',
    '[key, value[key] ?? null]',
  ),
  shape('fields may be added in lists', 'project(element, template[index])', 'element'),
  shape('an element more is damage', 'return value.map(', 'return value.slice(0, template.length).map('),
];
