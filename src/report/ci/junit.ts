import type { Incident } from '../../runs/documents/incidents-json.ts';
import type { ObservedService } from '../../runs/documents/observed-service-json.ts';
import type { SummaryRecord } from '../../runs/documents/summary-json.ts';
import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import type { JudgedCondition } from '../comparison/condition.ts';
import { escapedText } from '../escaped-text.ts';
import type { ComparisonTable } from '../html/report-data.ts';
import { compareText } from '../text/compare-text.ts';
import { styleFor } from '../text/style.ts';
import type { SenderEnd } from '../verdict/ended-by-failures.ts';
import type { FailureFact, OffenceFact, VerdictFacts } from '../verdict/facts.ts';
import { gapLines, gapsFact } from '../verdict/gaps.ts';
import { hopLines, hopsFact } from '../verdict/hops.ts';
import { reasonText, verdictFacts } from '../verdict/verdict-facts.ts';

/** What a CI server needs to know about a run. */
export interface RunOutcome {
  readonly run: string;
  /** Name of the plan. It is the same in all runs of the plan. */
  readonly plan: string;
  /** Start time of the run, in ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  /** Result of `verify`. Null if the run was not verified. */
  readonly verification: VerifyRecord | null;
  /** Content of summary.json. Null if the sender has not finished. */
  readonly summary: SummaryRecord | null;
  readonly incidents: readonly Incident[];
  /** How the sender ended. Null if it has not ended cleanly. */
  readonly end: SenderEnd | null;
  /** Whether failed requests can end the run before its plan is complete (onSampleError). */
  readonly mayEndByFailures: boolean;
  /** What was observed of the user's own service. Absent if no service was observed. */
  readonly observed?: ObservedService;
  /** Whether the run passes even if requests were not acknowledged (--allow-errors). */
  readonly allowErrors: boolean;
  readonly conditions: readonly JudgedCondition[];
  /** Comparison with other runs. Null or absent without one. */
  readonly comparison?: ComparisonTable | null;
  /** Why the run was not verified. If the verdict is pass: an error of the run that the verdict does not cover. */
  readonly failure?: string;
}

type TestCase = {
  readonly name: string;
  /** Text that is shown even if the test case passes. */
  readonly output?: string;
} & (
  | { readonly result: 'passed' }
  | { readonly result: 'failure' | 'error' | 'skipped'; readonly message: string }
);

/**
 * Writes one test suite. It has a test case for the verdict, some for other failures, one for each kind of problem
 * (such as lost messages), and one for each condition. A result that is not known becomes an error or is skipped, but never
 * passes. The format is that of Ant, as Jenkins reads it. Jenkins identifies a test case in several runs by class and
 * name, so neither contains the run's ID.
 */
export function junitXml(outcome: RunOutcome): string {
  const { run, plan, startedAt, seconds, verification, summary, incidents, end } = outcome;
  const { conditions, failure } = outcome;
  const facts = verdictFacts(verification, summary, incidents, end);
  const cases = [
    verdictCase(facts, linesOf(outcome), failure),
    requestsCase(facts, outcome),
    ...(outcome.mayEndByFailures ? [endCase(facts, outcome)] : []),
    ...(summary?.rate == null ? [] : [rateCase(facts)]),
    partsCase(facts, outcome),
    ...facts.offences.map(offenceCase),
    ...conditions.map(conditionCase),
  ];
  const count = (result: TestCase['result']) => cases.filter((each) => each.result === result).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  const time = `time="${seconds.toFixed(3)}"`;
  const name = xml(`qbl ${plan}`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts} ${time}>
  <testsuite name="${name}" ${counts} ${time} timestamp="${xml(startedAt.replace(/\.\d+Z$/, ''))}">
    <properties>
      <property name="run" value="${xml(run)}"/>
    </properties>
${cases.map((each) => caseXml(each, `qbl.${plan.replaceAll('.', '_')}`)).join('')}${comparisonXml(outcome)}  </testsuite>
</testsuites>
`;
}

const PLAIN = styleFor({ isTTY: false, columns: null }, {});

function comparisonXml({ comparison }: RunOutcome): string {
  return comparison == null
    ? ''
    : `    <system-out>${xml(compareText(comparison, null, PLAIN))}</system-out>\n`;
}

/**
 * Returns the lines of text about gaps (times without an ack) and hops (queues to which the service writes).
 */
function linesOf({ verification, summary }: RunOutcome): string[] {
  const gaps = gapsFact(verification, summary);
  const hops = verification === null ? null : hopsFact(verification);
  return [...(gaps === null ? [] : gapLines(gaps)), ...(hops === null ? [] : hopLines(hops))];
}

function verdictCase(facts: VerdictFacts, lines: readonly string[], failure?: string): TestCase {
  const { verdict, headline, reasons, notProven } = facts;
  const name = 'verdict';
  const output = [...notProven, ...lines].join('\n');
  if (verdict === 'pass' && failure === undefined) return { name, result: 'passed', output };
  const found = reasons.map(reasonText).join('; ');
  const message = `${verdict}: ${found === '' ? (failure ?? headline) : found}`;
  return { name, result: verdict === 'fail' ? 'failure' : 'error', message, output };
}

function requestsCase({ failures }: VerdictFacts, outcome: RunOutcome): TestCase {
  const name = 'requests acknowledged';
  const message = textsAbout('requests', failures);
  if (message !== '') {
    return outcome.allowErrors
      ? { name, result: 'passed', output: message }
      : { name, result: 'failure', message };
  }
  const isKnown = outcome.verification !== null || outcome.summary !== null;
  return isKnown
    ? { name, result: 'passed' }
    : { name, result: 'skipped', message: 'the sender has not finished' };
}

/**
 * Returns the test case for the end of the run. If failed requests ended the run, the result is an error, because the
 * load was not the planned one. This test case says nothing about a
 * stop by the user.
 */
function endCase({ failures }: VerdictFacts, { end }: RunOutcome): TestCase {
  const name = 'not ended by failed requests';
  const message = textsAbout('end', failures);
  if (message !== '') return { name, result: 'error', message };
  return end === null
    ? { name, result: 'skipped', message: 'the sender did not end cleanly' }
    : { name, result: 'passed' };
}

/** Returns the test case for the rate of the plan. A missed rate is an error, because the load was not the planned one. */
function rateCase({ failures }: VerdictFacts): TestCase {
  const name = 'rate reached';
  const message = textsAbout('rate', failures);
  return message === '' ? { name, result: 'passed' } : { name, result: 'error', message };
}

/**
 * Returns the test case for the processes of the run. A process that ended too early is an error and not a
 * failure, because the tested system did not fail.
 */
function partsCase({ failures }: VerdictFacts, { verification }: RunOutcome): TestCase {
  const name = 'processes of the run';
  const message = textsAbout('part', failures);
  if (message !== '') return { name, result: 'error', message };
  return verification === null
    ? { name, result: 'skipped', message: 'the run was not verified, so a process may have failed unnoticed' }
    : { name, result: 'passed' };
}

function textsAbout(about: FailureFact['about'], failures: readonly FailureFact[]): string {
  return failures
    .filter((failure) => failure.about === about)
    .map(({ text }) => text)
    .join('; ');
}

/**
 * Returns the test case for one kind of problem, such as lost messages. The test case passes only if it is certain that
 * no message has this problem.
 */
function offenceCase(offence: OffenceFact): TestCase {
  const { name, state } = offence;
  switch (state) {
    case 'proven':
      return { name, result: 'failure', message: `${offence.count} ${name}` };
    case 'suspected':
      return { name, result: 'skipped', message: `${offence.count} ${name}, but this is not proven` };
    case 'open':
      return { name, result: 'skipped', message: offence.why };
    case 'none':
      return { name, result: 'passed' };
  }
}

function conditionCase({ condition, holds, text }: JudgedCondition): TestCase {
  const name = `fail if ${condition.text}`;
  if (holds === null) return { name, result: 'error', message: text };
  return holds ? { name, result: 'failure', message: text } : { name, result: 'passed', output: text };
}

function caseXml(testCase: TestCase, className: string): string {
  const { name, output = '' } = testCase;
  const open = `    <testcase classname="${xml(className)}" name="${xml(name)}" time="0"`;
  const parts = [
    ...(testCase.result === 'passed' ? [] : [`<${testCase.result} message="${xml(testCase.message)}"/>`]),
    ...(output === '' ? [] : [`<system-out>${xml(output)}</system-out>`]),
  ];
  if (parts.length === 0) return `${open}/>\n`;
  return `${open}>\n${parts.map((part) => `      ${part}\n`).join('')}    </testcase>\n`;
}

/** Escapes text for XML. Replaces characters that XML 1.0 forbids even in escaped form (section 2.2). */
function xml(text: string): string {
  return escapedText(text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd'));
}
