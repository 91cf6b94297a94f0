import { type Document, LineCounter, parseDocument } from 'yaml';
import { describeMistake, lineOf, type Mistake, type PlanSource, planError } from './mistake.ts';
import { planSchema } from './schema.ts';

/** Aliases can multiply a small file into a huge one. */
const MAX_ALIASES = 100;

/**
 * The plan that a YAML text says.
 * @throws QblError 'usage' that lists every mistake with its line
 */
export function readYamlPlan(file: string, text: string): PlanSource {
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
  if (parsed.success) return { plan: parsed.data, locate };
  throw planError(file, parsed.error.issues.flatMap(issueMistakes).map(locate));
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

/** Without the place, which stands before it, and the excerpt. */
function firstLine(text: string): string {
  return (text.split('\n')[0] ?? text).replace(/ at line \d+, column \d+:?$/, '');
}
