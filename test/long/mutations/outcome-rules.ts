import { evidence, type Mutation, mutationsOf, mutationsProvenBy, type Proof, RULES } from './mutation.ts';

const match = mutationsProvenBy(RULES, 'src/samples/rules/match.ts');
const decide = mutationsProvenBy(RULES, 'src/samples/rules/decide.ts');
const body = mutationsProvenBy(RULES, 'src/samples/rules/json-body.ts');
const value = mutationsProvenBy(RULES, 'src/samples/rules/json-value.ts');
const pointer = mutationsProvenBy(RULES, 'src/message/json/pointer.ts');
const samples = mutationsOf('src/verify/gathering/samples.ts');
const RESPONSE: Proof = { file: 'src/blast/exchange/response.test.ts' };
const response = mutationsProvenBy(RESPONSE, 'src/blast/exchange/response.ts');

/** Mutations of a plan's rules for outcomes, and of the column with the outcomes. */
export const outcomeRules: readonly Mutation[] = [
  match(
    'one rule of a list is enough',
    "combined(rules.map(matchesAll), 'yes')",
    "combined(rules.map(matchesAll), 'no')",
  ),
  match('all parts of a rule must match', "combined(parts, 'no')", "combined(parts, 'yes')"),
  match('what is unknown stays open', "if (match === 'unknown') found = 'unknown';", ''),
  match('the last status of a range belongs to it', 'status <= to', 'status < to'),
  match('the first status of a range belongs to it', 'from <= status', 'from < status'),
  match('names of headers have no case', 'name.toLowerCase()', 'name'),
  match('a header may have to be missing', 'values.length > 0 === condition.present', 'values.length > 0'),
  match(
    'a body that was not read is unknown',
    "body.kind === 'unread') return 'unknown'",
    "body.kind === 'unread') return 'no'",
  ),
  match(
    'a body that is not JSON matches nothing',
    "body.kind === 'malformed') return 'no'",
    "body.kind === 'malformed') return 'yes'",
  ),
  match(
    'a value may have to be missing',
    "(pointed.kind === 'value') === condition.present",
    "pointed.kind === 'value'",
  ),
  match(
    'a repeated name on the way to a value makes the match unknown',
    "if (pointed.kind === 'repeated') return 'unknown';",
    '',
  ),
  match('a comparison that is unknown stays open', "found.includes('unknown') ? 'unknown' : 'no'", "'no'"),
  decide(
    'a rejected rule is an exception to an acked one',
    "[{ outcome: 'rejected', rules: rejected }, ackedStep]",
    "[ackedStep, { outcome: 'rejected', rules: rejected }]",
  ),
  decide(
    'an acked rule may name a status that is rejected by default',
    "[ackedStep, { outcome: 'rejected', rules: DEFAULT_REJECTED }]",
    "[{ outcome: 'rejected', rules: DEFAULT_REJECTED }, ackedStep]",
  ),
  decide('no rule changes what is certain', 'if (certain !== null) return certain;', ''),
  decide('a match that is unknown decides nothing', "found === 'yes' ? outcome : 'unknown'", 'outcome'),
  decide('everything else is indeterminate', "} return 'indeterminate';", "} return 'acked';"),
  body('a longer body is not read', 'length > MAX_RULE_BODY_BYTES || ', ''),
  body('a part of a body is not read', ' || bytes.length < length', ''),
  body('an encoded body is not read', "encoding !== '' && encoding.toLowerCase() !== 'identity'", 'false'),
  body('bytes that are not UTF-8 are not JSON', 'fatal: true', 'fatal: false'),
  pointer('a name that is repeated leads to no value', 'if (values.length > 1) return REPEATED;', ''),
  pointer(
    '~01 is ~1',
    ".replaceAll('~1', '/').replaceAll('~0', '~')",
    ".replaceAll('~0', '~').replaceAll('~1', '/')",
  ),
  value('more names are another object', 'names.size !== expected.length || ', ''),
  value(
    'a list is no object',
    "isArray(actual) ? ofLists(actual, expected) : 'no'",
    "isArray(actual) ? ofLists(actual, expected) : 'yes'",
  ),
  value(
    'an object with a repeated name equals nothing for sure',
    "if (names.size < actual.members.length) return 'unknown';",
    '',
  ),
  value('a part that differs decides', "if (equal === 'no') return 'no';", ''),
  response(
    'a trace keeps what rules reject as a failure',
    'isTracedFailure({ success, outcome })',
    "isTracedFailure({ success, outcome: 'acked' })",
  ),
  response(
    'rules on a body get the body',
    'new BodyCapture(MAX_RULE_BODY_BYTES)',
    'new BodyCapture(MAX_TRACED_BODY_BYTES)',
  ),
  samples(
    'an unreadable outcome is noticed',
    'read.unreadableOutcomes++',
    'void 0',
    evidence('samples', 'are unclear'),
  ),
  samples(
    'a missing column of outcomes is noticed',
    'isDecidedBySender && row.outcome === undefined',
    'false',
    evidence('samples', 'without the column outcome'),
  ),
  samples(
    '--rejected-status is not ignored',
    'if (row.outcome !== undefined && row.place === undefined) mustNotBeDecided(source);',
    '',
    evidence('samples', 'are refused with --rejected-status'),
  ),
];
