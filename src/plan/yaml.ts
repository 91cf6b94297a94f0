import { type Document, LineCounter, parseDocument } from 'yaml';
import { QblError } from '../error.ts';
import { plainIssue } from '../schema/plain-issue.ts';
import { keyMistakes } from './mistakes/key-mistakes.ts';
import {
  describeMistake,
  type Locate,
  lineOf,
  type Mistake,
  type PlanSource,
  planError,
} from './mistakes/mistake.ts';
import { structureMistakes } from './mistakes/structure-mistakes.ts';
import { syntaxMistake } from './mistakes/syntax-mistakes.ts';
import { unfinishedMistakes } from './mistakes/unfinished-mistakes.ts';
import type { PlanOverrides } from './override.ts';
import { planSchema } from './schema.ts';

/** Maximum number of aliases. Without the limit, aliases can expand a small file to a huge one. */
const MAX_ALIASES = 100;
/** Maximum number of mistakes in the list. So many mistakes are enough to see what is wrong. */
const MAX_MISTAKES = 100;

/**
 * Reads a plan from YAML text.
 * @param overrides what the command line sets. Mistakes in fields that the command line replaces are not reported.
 * @throws QblError 'usage' that lists every mistake with its line
 */
export function readYamlPlan(file: string, text: string, overrides: PlanOverrides = {}): PlanSource {
  try {
    return read(file, text, overrides);
  } catch (error) {
    if (error instanceof RangeError || isTooDeep(error))
      throw new QblError('usage', `${file}: the file is nested too deeply to be a plan`, { cause: error });
    throw error;
  }
}

function read(file: string, text: string, overrides: PlanOverrides): PlanSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    customTags: [],
    // With `uniqueKeys: true`, the library compares each key with all others, which can take minutes.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const locate: Locate = (mistake) => {
    const line = lineOf(document, lines, mistake.path);
    return { line, text: `${file}:${line} ${describeMistake(mistake)}` };
  };
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.some(isTooDeep)) throw new RangeError();
  const mistakes = [...syntax.map(syntaxMistake), ...keyMistakes(document)].slice(0, MAX_MISTAKES);
  if (mistakes.length > 0) {
    throw planError(
      file,
      mistakes.map(({ at, message }) => {
        const { line } = lines.linePos(at);
        return { line, text: `${file}:${line} ${message}` };
      }),
    );
  }
  const value = toValue(document, file);
  const parsed = planSchema.safeParse(value, { reportInput: true, error: plainIssue });
  if (parsed.success) return { plan: parsed.data, locate };
  const wrong: Mistake[] = [
    ...structureMistakes(parsed.error.issues),
    ...unfinishedMistakes(value, overrides),
  ];
  throw planError(file, wrong.slice(0, MAX_MISTAKES).map(locate));
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (isTooDeep(error)) throw new RangeError();
    // The library throws a ReferenceError only if the aliases expand to too many values.
    if (!(error instanceof ReferenceError)) throw error;
    throw new QblError('usage', `${file}: the aliases (*) of the plan expand to too many values`);
  }
}

/**
 * Returns true if the file is nested too deeply for the recursion of the parser. The library can report a full stack
 * as an error of its own.
 */
function isTooDeep(error: unknown): boolean {
  return error instanceof Error && /call stack/i.test(error.message);
}
