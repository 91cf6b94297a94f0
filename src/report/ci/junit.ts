import type { VerifyRecord } from '../../runs/verify-json.ts';
import type { JudgedCondition } from '../comparison/condition.ts';
import { escapedText } from '../html/embed.ts';

/** What a run came to, for a machine that builds. */
export interface RunOutcome {
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  /** Null when the run was not verified. */
  readonly verification: VerifyRecord | null;
  readonly conditions: readonly JudgedCondition[];
}

const KINDS = ['lost', 'phantom', 'unexpected', 'corrupt', 'duplicated', 'outOfOrder'] as const;

interface TestCase {
  readonly name: string;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
}

/**
 * One test suite: the verdict, each kind of offence, and each condition. What is not known is an error or skipped, and
 * never passes. The format is Ant's, as Jenkins reads it.
 */
export function junitXml({ run, startedAt, seconds, verification, conditions }: RunOutcome): string {
  const cases = [verdictCase(verification), ...offenceCases(verification), ...conditions.map(conditionCase)];
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

function verdictCase(verification: VerifyRecord | null): TestCase {
  const name = 'verdict';
  if (verification === null) return { name, result: 'error', message: 'the run was not verified' };
  const { verdict, reasons } = verification;
  const message = reasons.map(({ kind, text }) => `${kind}: ${text}`).join('; ');
  if (verdict === 'pass') return { name, result: 'passed', message: '' };
  return { name, result: verdict === 'fail' ? 'failure' : 'error', message: `${verdict}: ${message}` };
}

/** A kind of which there is none passes only when the queue was read to its end. */
function offenceCases(verification: VerifyRecord | null): TestCase[] {
  return KINDS.map((kind) => {
    const name = kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    if (verification === null) return { name, result: 'skipped', message: 'the run was not verified' };
    const { reasons, drained, [kind]: count } = verification;
    if (reasons.some((reason) => reason.kind.replaceAll('-', ' ') === name)) {
      return { name, result: 'failure', message: `${count} ${name}` };
    }
    return drained
      ? { name, result: 'passed', message: '' }
      : { name, result: 'skipped', message: 'the queue was not read to its end' };
  });
}

function conditionCase({ condition, holds, text }: JudgedCondition): TestCase {
  const name = `fail if ${condition.text}`;
  if (holds === null) return { name, result: 'error', message: text };
  return holds ? { name, result: 'failure', message: text } : { name, result: 'passed', message: '' };
}

function caseXml({ name, result, message }: TestCase, className: string): string {
  const open = `    <testcase classname="${xml(className)}" name="${xml(name)}" time="0"`;
  if (result === 'passed') return `${open}/>\n`;
  return `${open}>\n      <${result} message="${xml(message)}"/>\n    </testcase>\n`;
}

/** What XML 1.0 cannot hold, even escaped, is replaced (section 2.2). */
function xml(text: string): string {
  return escapedText(text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd'));
}
