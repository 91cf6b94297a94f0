import { readFile } from 'node:fs/promises';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { QblError } from '../error.ts';
import { BodyError, jsonTemplate, plainWriter } from './body-template.ts';
import { describeMistake, lineOf, type Mistake } from './mistake.ts';
import { overridePlan, type PlanOverrides } from './override.ts';
import type { Plan } from './plan.ts';
import { planSchema } from './schema.ts';
import { TemplateError } from './template.ts';

/** A plan is written by hand; a file larger than this is something else. */
const MAX_PLAN_BYTES = 4 * 1024 * 1024;
/** Aliases can multiply a small file into a huge one. */
const MAX_ALIASES = 100;

/**
 * Reads a plan file and applies what the command line sets.
 * @throws QblError 'usage' that lists every mistake with its line
 */
export async function loadPlan(file: string, overrides: PlanOverrides = {}): Promise<Plan> {
  const text = await readPlanFile(file);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    customTags: [],
    uniqueKeys: true,
  });
  const locate = (mistake: Mistake) =>
    `${file}:${lineOf(document, lines, mistake.path)} ${describeMistake(mistake)}`;
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) {
    throw planError(
      file,
      syntax.map((error) => `${file}:${error.linePos?.[0].line ?? 1} ${firstLine(error.message)}`),
    );
  }
  const parsed = planSchema.safeParse(toValue(document, file));
  if (!parsed.success) throw planError(file, parsed.error.issues.flatMap(issueMistakes).map(locate));
  const plan = overridePlan(parsed.data, overrides);
  const mistakes = bodyMistakes(plan);
  if (mistakes.length > 0) {
    const fromCommandLine = overrides.body !== undefined;
    throw planError(file, fromCommandLine ? [`--body: ${mistakes[0]?.message}`] : mistakes.map(locate));
  }
  return plan;
}

async function readPlanFile(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > MAX_PLAN_BYTES) {
      throw new QblError('usage', `${file} has ${bytes.length} bytes: a plan has at most ${MAX_PLAN_BYTES}`);
    }
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof QblError) throw error;
    throw new QblError('usage', `cannot read the plan ${file}: ${(error as Error).message}`, {
      hint: 'qbl init writes a commented plan to start from.',
    });
  }
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw planError(file, [`${file}:1 ${(error as Error).message}`]);
  }
}

function issueMistakes(issue: { path: PropertyKey[]; message: string; code?: string }): Mistake[] {
  const keys = 'keys' in issue && Array.isArray(issue.keys) ? (issue.keys as string[]) : null;
  if (keys === null) return [{ path: issue.path, message: issue.message }];
  return keys.map((key) => ({ path: [...issue.path, key], message: 'no such field in a plan' }));
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

function planError(file: string, mistakes: readonly string[]): QblError {
  const [only] = mistakes;
  if (mistakes.length === 1 && only !== undefined) return new QblError('usage', only);
  return new QblError('usage', `${file} has ${mistakes.length} mistakes:\n${mistakes.join('\n')}`);
}

function bodyMistakes(plan: Plan): Mistake[] {
  return plan.threadGroups.flatMap((group, g) =>
    group.requests.flatMap((request, r) => {
      const message = bodyMistake(request.body, plan.identity);
      return message === null ? [] : [{ path: ['threadGroups', g, 'requests', r, 'body'], message }];
    }),
  );
}

function bodyMistake(body: string | null, identity: boolean): string | null {
  try {
    if (identity) jsonTemplate(body ?? 'null');
    else if (body !== null) plainWriter(body);
    return null;
  } catch (error) {
    if (error instanceof BodyError) return `${error.message} (or --no-identity, and verify only counts)`;
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}
