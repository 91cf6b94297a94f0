import { evidence, type Mutation, mutationsOf } from './mutation.ts';

const samples = mutationsOf('src/verify/gathering/samples.ts');
const places = mutationsOf('src/verify/gathering/sample-places.ts');
const gathered = mutationsOf('src/verify/gathering/gathered.ts');
const runJson = mutationsOf('src/runs/documents/run-json.ts');
const UNCLEAR = evidence('samples', '^samples with .+ give unknown$');
const survey = mutationsOf('src/verify/gathering/samples-survey.ts');
const OWN_ALONE = evidence('samples', '^without a run.json');
const OWN = evidence('samples', "in a user's");
const COUNTED = evidence('runs', '^messages without identity');

/** Mutations of the rules about samples and the documents of a run. */
export const gathering: readonly Mutation[] = [
  samples(
    '--rejected-status changes outcomes',
    'outcomeOf(row, source.rejectedStatuses)',
    'outcomeOf(row)',
    evidence('samples', 'additional statuses count as rejected'),
  ),
  samples(
    'an incomplete row is noticed',
    '(read.torn = true)',
    '(read.torn = false)',
    evidence('samples', 'incomplete'),
  ),
  samples('a row without a message is noticed', 'read.unplaced++', 'void 0', UNCLEAR),
  places(
    'the label of a row names the request',
    'sendsMessage(plan, request) ? index + 1',
    'sendsMessage(plan, request) ? 1',
    evidence('samples', 'two thread groups'),
  ),
  places(
    'the label of a row names a request of its thread group',
    'plan.threadGroups[group - 1]',
    'plan.threadGroups[0]',
    evidence('samples', 'two thread groups'),
  ),
  places('without the column loop, the rows of a thread are numbered', '?? 0) + 1', '?? 0) + 2', OWN),
  places('the rows of each thread are numbered separately', '`${threadName}\\n${request}`', "''", OWN),
  places(
    'the column loop is used',
    'row.loop === null ? this',
    'true ? this',
    evidence('samples', 'are matched with messages by their loop'),
  ),
  samples('acked rows are counted', 'read.acked++', 'void 0', COUNTED),
  samples(
    'the start of the run is the earliest start of a sample',
    'Math.min(read.firstStartMs, row.timeStampMs)',
    'row.timeStampMs * 0',
    evidence('replay', 'retention removed only'),
  ),
  gathered(
    'a run without an end has a killed sender',
    'record.end !== null',
    'true',
    evidence('samples', 'of a killed sender give unknown'),
  ),
  gathered(
    'a samples file without run.json counts as complete',
    'record === null ? !samples.torn',
    'record === null ? false',
    OWN,
  ),
  gathered(
    'an incomplete last row shows that a samples file without run.json is incomplete',
    'record === null ? !samples.torn',
    'record === null ? true',
    evidence('samples', 'incomplete'),
  ),
  gathered('run.json says how many rows the sender wrote', 'record?.end?.samples ?? null', 'null', UNCLEAR),
  survey(
    'loops may count from 0',
    'countsFromZero ||= row.loop === 0;',
    '',
    evidence('samples', 'rows whose loops count from 0'),
  ),
  survey(
    'the rows of a file may be sorted',
    'isInOrder &&= isAfter(row, lastStartMs)',
    'void 0',
    evidence('samples', 'rows in another order without a loop column'),
  ),
  runJson(
    'a run is found by the id of its folder',
    'record.id === folder.id',
    'true',
    evidence('samples', 'whose folder was renamed'),
  ),
  places('a row must name a message of the plan', 'isPlanned(plan, identity) ?', 'true ?', UNCLEAR),
  samples(
    'rows without a loop are reported as numbered',
    'read.numbered ||= row.loop === null;',
    '',
    OWN_ALONE,
  ),
];
