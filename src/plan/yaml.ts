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

/** Aliases can expand a small file to a huge one. */
const MAX_ALIASES = 100;
/** The list ends here. These mistakes are enough to see what is wrong. */
const MAX_MISTAKES = 100;

/**
 * Reads a plan from YAML text.
 * @param overrides what the command line sets. Mistakes in replaced fields do not matter.
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
    // With `true` the library compares each key with all others. That can take minutes.
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

/** The parser and the conversion to values recurse. A full stack can also surface as one of the library's errors. */
function isTooDeep(error: unknown): boolean {
  return error instanceof Error && /call stack/i.test(error.message);
}

/** The places where a mapping repeats a key. */
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
