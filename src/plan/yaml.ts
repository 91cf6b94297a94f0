import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml';
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
/** Enough to see what is wrong. */
const MAX_MISTAKES = 100;

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
    // The library compares each key with all others, which takes minutes for what fits into a file.
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
  const mistakes = [
    ...syntax.map(({ pos, message }) => ({ at: pos[0], message })),
    ...repeatedKeys(document),
  ].slice(0, MAX_MISTAKES);
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
  const parsed = planSchema.safeParse(value, { reportInput: true });
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
    throw planError(file, [{ line: 1, text: `${file}:1 ${(error as Error).message}` }]);
  }
}

/** The parser recurses, and so does the conversion to values; the stack's end may be one of its own errors. */
function isTooDeep(error: unknown): boolean {
  return error instanceof Error && /call stack/i.test(error.message);
}

/** Where a mapping has a key that it had before. */
function repeatedKeys(document: Document.Parsed): { readonly at: number; readonly message: string }[] {
  const repeated: { at: number; message: string }[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value))
          repeated.push({ at: key.range?.[0] ?? 0, message: 'Map keys must be unique' });
        seen.add(key.value);
      }
    },
  });
  return repeated;
}
