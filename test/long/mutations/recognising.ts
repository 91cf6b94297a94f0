import { ANY_BYTE, HISTORIES, MESSAGE, type Mutation, mutationsProvenBy } from './mutation.ts';

const claim = mutationsProvenBy(MESSAGE, 'src/message/claim.ts');
const find = mutationsProvenBy(MESSAGE, 'src/message/find.ts');
const identity = mutationsProvenBy(MESSAGE, 'src/message/identity.ts');
const read = mutationsProvenBy(MESSAGE, 'src/message/read.ts');
const shape = mutationsProvenBy(MESSAGE, 'src/message/shape.ts');
const sum = mutationsProvenBy(MESSAGE, 'src/message/sum.ts');
const write = mutationsProvenBy(MESSAGE, 'src/message/write.ts');

/** Whose message it is, and whether it is damaged. */
export const recognising: readonly Mutation[] = [
  sum('the sum covers the fields', '`${canonicalFields}|', '`|'),
  sum(
    'the sum covers the time of sending',
    '${canonicalFields}|${identityText(identity)}|${sentAtMs}`',
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
  claim('a claim has a time', " || typeof sentAt !== 'number'", ''),
  claim('numbers count from 1', 'value >= 1 && ', ''),
  claim('numbers are whole', 'Number.isSafeInteger(value)', 'true'),
  claim('a thread is bounded', '!isIndex(thread, MAX_INDEX) || ', ''),
  claim('a loop is bounded', ' || !isIndex(loop, MAX_INDEX)', ''),
  claim('a thread group is bounded', 'isIndex(group, MAX_PER_PLAN + 1) && ', ''),
  claim('a request is bounded', ' && isIndex(request, MAX_PER_PLAN + 1)', ''),
  identity('a run id is no path', 'RUN_ID.test(text) && ', ''),
  identity('. and .. are no run ids', " && text !== '.' && text !== '..'", ''),
  find('an envelope may be a list', 'if (Array.isArray(value)) return firstFound(value, depth);', ''),
  find('an envelope may be an object', 'firstFound(Object.values(value), depth)', 'null'),
  find('an envelope may hold a text of JSON', 'return findInText(value, depth)', 'return null'),
  find('an envelope may nest', 'findIdentity(value, depth + 1)', 'findIdentity(value, depth + 9)'),
  find('nothing is searched without a bound', 'depth > MAX_DEPTH', 'false'),
  read(
    'a value of null is foreign',
    'if (value === null) return FOREIGN;',
    "if (value === null) return { kind: 'corrupt', run: 'run-1' };",
  ),
  read(
    'a message of another run is foreign',
    "this.#runs.has(claim.identity.run) ? message('intact', claim) : FOREIGN",
    "message('intact', claim)",
  ),
  read('damage to the run id alone is seen', 'this.#renamed(found) ?? FOREIGN', 'FOREIGN'),
  read(
    'a message whose run id is damaged is corrupt',
    "return message('corrupt', ours)",
    "return message('intact', ours)",
  ),
  read('damage that hides the identity is seen', 'return this.#mentioned(text)', 'return FOREIGN'),
  read('a text that only mentions a run is foreign', '.length < CLAIM_KEYS.length - 1', '.length < 0'),
  read('what is left of a claim of another run is foreign', 'if (isMentioned(run, unescaped))', 'if (true)'),
  read(
    'a key is no mention of a run of that name',
    'KEYS_OF_A_CLAIM.includes(run) ? 1',
    'KEYS_OF_A_CLAIM.includes(run) ? 0',
  ),
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
  read('the canonical form is held against the sum', '&& sumOf(canonical, identity, sentAtMs) === sum', ''),
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
    'return null;\n  }\n}\n\n/** The value of',
    'throw new Error();\n  }\n}\n\n/** The value of',
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
