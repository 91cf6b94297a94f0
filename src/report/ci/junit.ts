import type { VerifyRecord } from '../../runs/verify-json.ts';
import type { JudgedCondition } from '../comparison/condition.ts';
import { escapedText } from '../escaped-text.ts';
import type { OffenceFact, VerdictFacts } from '../verdict/facts.ts';
import { verdictFacts } from '../verdict/verdict-facts.ts';

/** What a run came to, for a machine that builds. */
export interface RunOutcome {
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  /** Null when the run was not verified. */
  readonly verification: VerifyRecord | null;
  readonly conditions: readonly JudgedCondition[];
  /** Why it was not verified, where that is known, or what of it failed all the same. */
  readonly failure?: string;
}

interface TestCase {
  readonly name: string;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  /** What is worth reading though the case may pass. */
  readonly output?: string;
}

/**
 * One test suite: the verdict, each kind of offence, and each condition. What is not known is an error or skipped, and
 * never passes. The format is Ant's, as Jenkins reads it.
 */
export function junitXml({ run, startedAt, seconds, verification, conditions, failure }: RunOutcome): string {
  const facts = verdictFacts(verification, null);
  const cases = [
    verdictCase(facts, failure),
    ...facts.offences.map(offenceCase),
    ...conditions.map(conditionCase),
  ];
  const count = (result: TestCase['result']) => cases.filter((each) => each.result === result).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  const time = `time="${seconds.toFixed(3)}"`;
  const name = xml(`qbl ${run}`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts} ${time}>
  <testsuite name="${name}" ${counts} ${time} timestamp="${xml(startedAt.replace(/\.\d+Z$/, ''))}">
${cases.map((each) => caseXml(each, `qbl.${run}`)).join('')}  </testsuite>
</testsuites>
`;
}

function verdictCase(facts: VerdictFacts, failure?: string): TestCase {
  const { verdict, headline, reasons, notProven } = facts;
  const name = 'verdict';
  const output = notProven.join('\n');
  if (verdict === 'pass' && failure === undefined) return { name, result: 'passed', message: '', output };
  const found = reasons.map((reason) => `${reason.name}: ${reason.text}`).join('; ');
  const message = `${verdict}: ${found === '' ? (failure ?? headline) : found}`;
  return { name, result: verdict === 'fail' ? 'failure' : 'error', message, output };
}

/** A kind passes only when it is known that there is none that fails the verdict. */
function offenceCase(offence: OffenceFact): TestCase {
  const { name, state } = offence;
  switch (state) {
    case 'proven':
      return { name, result: 'failure', message: `${offence.count} ${name}` };
    case 'suspected':
      return { name, result: 'skipped', message: `${offence.count} ${name}, which is not proven` };
    case 'open':
      return { name, result: 'skipped', message: offence.why };
    case 'none':
      return { name, result: 'passed', message: '' };
  }
}

function conditionCase({ condition, holds, text }: JudgedCondition): TestCase {
  const name = `fail if ${condition.text}`;
  if (holds === null) return { name, result: 'error', message: text };
  return holds ? { name, result: 'failure', message: text } : { name, result: 'passed', message: '' };
}

function caseXml({ name, result, message, output = '' }: TestCase, className: string): string {
  const open = `    <testcase classname="${xml(className)}" name="${xml(name)}" time="0"`;
  const parts = [
    ...(result === 'passed' ? [] : [`<${result} message="${xml(message)}"/>`]),
    ...(output === '' ? [] : [`<system-out>${xml(output)}</system-out>`]),
  ];
  if (parts.length === 0) return `${open}/>\n`;
  return `${open}>\n${parts.map((part) => `      ${part}\n`).join('')}    </testcase>\n`;
}

/** What XML 1.0 cannot hold, even escaped, is replaced (section 2.2). */
function xml(text: string): string {
  return escapedText(text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd'));
}
