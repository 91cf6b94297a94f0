import { type Document, LineCounter, parseDocument } from 'yaml';
import { QblError } from '../error.ts';
import {
  describeMistake,
  type Locate,
  lineOf,
  type Mistake,
  type PlanSource,
  planError,
} from './mistakes/mistake.ts';
import { structureMistakes } from './mistakes/structure-mistakes.ts';
import { unfinishedMistakes } from './mistakes/unfinished-mistakes.ts';
import type { PlanOverrides } from './override.ts';
import { planSchema } from './schema.ts';

/** Aliases can multiply a small file into a huge one. */
const MAX_ALIASES = 100;

/**
 * The plan that a YAML text says.
 * @param overrides what the command line sets: the file's own need not be right
 * @throws QblError 'usage' that lists every mistake with its line
 */
export function readYamlPlan(file: string, text: string, overrides: PlanOverrides = {}): PlanSource {
  try {
    return read(file, text, overrides);
  } catch (error) {
    if (error instanceof RangeError || isTooDeep(error))
      throw new QblError('usage', `${file}: it is nested too deeply to be a plan`, { cause: error });
    throw error;
  }
}

function read(file: string, text: string, overrides: PlanOverrides): PlanSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    customTags: [],
    uniqueKeys: true,
  });
  const locate: Locate = (mistake) => {
    const line = lineOf(document, lines, mistake.path);
    return { line, text: `${file}:${line} ${describeMistake(mistake)}` };
  };
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.some(isTooDeep)) throw new RangeError();
  if (syntax.length > 0) {
    throw planError(
      file,
      syntax.map((error) => {
        const line = error.linePos?.[0].line ?? 1;
        return { line, text: `${file}:${line} ${firstLine(error.message)}` };
      }),
    );
  }
  const value = toValue(document, file);
  const parsed = planSchema.safeParse(value, { reportInput: true });
  if (parsed.success) return { plan: parsed.data, locate };
  const mistakes: Mistake[] = [
    ...structureMistakes(parsed.error.issues),
    ...unfinishedMistakes(value, overrides),
  ];
  throw planError(file, mistakes.map(locate));
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (isTooDeep(error)) throw new RangeError();
    throw planError(file, [{ line: 1, text: `${file}:1 ${(error as Error).message}` }]);
  }
}

/** The parser recurses, and so does the conversion to values; the stack's end may be one of its own errors. */
function isTooDeep(error: unknown): boolean {
  return error instanceof Error && /call stack/i.test(error.message);
}

/** Without the place, which stands before it, and the excerpt. */
function firstLine(text: string): string {
  return (text.split('\n')[0] ?? text).replace(/ at line \d+, column \d+:?$/, '');
}
