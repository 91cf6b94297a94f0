import { CLAIM_NAMES } from '../claim.ts';
import { RESERVED_KEY } from '../identity.ts';

const NAMES = [RESERVED_KEY, ...CLAIM_NAMES];

/** Whether a text has all names of a claim, except at most one, which may be damaged. */
export function hasClaimNames(text: string): boolean {
  if (NAMES.filter((name) => text.includes(name)).length < NAMES.length - 1) return false;
  const keys = unescaped(text);
  return NAMES.filter((name) => keys.includes(`"${name}"`)).length >= NAMES.length - 1;
}

/** Finds a run ID in an object. Inside a JSON string, each quote has the same number of backslashes before it. */
const READABLE = String.raw`"run\1"\s*:\s*\1"([A-Za-z0-9._-]{1,64})\1"(?=\s*[,}])`;
const RUN = new RegExp(String.raw`(?<!\\)(\\*)${READABLE}`, 'g');
const RUN_OF_A_CLAIM = new RegExp(String.raw`(?<!\\)(\\*)"${RESERVED_KEY}\1"\s*:\s*\{[^{}]*?\1${READABLE}`);

/**
 * The run of a text that is damaged JSON without a readable claim. Null if it belongs to none of the runs. Only the
 * value of the name `run` counts, and one of its bytes may be damaged. An ID in another field proves nothing.
 */
export function mentionedRun(text: string, runs: Iterable<string>): string | null {
  const known = [...runs];
  const claimed = RUN_OF_A_CLAIM.exec(text)?.[2];
  if (claimed !== undefined) return known.includes(claimed) ? claimed : null;
  // The claim's key or its run ID is damaged. A readable ID of another run is not the damaged one.
  const unclear = unescaped(text.replaceAll(RUN, (whole, _, run) => (known.includes(run) ? whole : '')));
  return known.find((run) => nearly(`"run":"${run}"`).test(unclear)) ?? null;
}

/** Removes the backslashes of nested JSON strings, and the spaces around colons. */
function unescaped(text: string): string {
  return text
    .replaceAll(/(?<!\\)\\+u0022/g, '"')
    .replaceAll('\\', '')
    .replaceAll(/(?<!\s)\s*:\s*/g, ':');
}

/**
 * Matches a text in which one character may be changed, missing or added. Two characters may also have become one: a
 * character that turned into a backslash forms an escape with the next one.
 */
function nearly(text: string): RegExp {
  const literal = (part: string) => part.replaceAll(/[.\\]/g, '\\$&');
  const one = (_: string, at: number) => {
    const before = literal(text.slice(0, at));
    return `${before}[^]{0,2}${literal(text.slice(at + 1))}|${before}[^]${literal(text.slice(at + 2))}`;
  };
  return new RegExp([...text].map(one).join('|'));
}
