import { CLAIM_NAMES } from '../claim.ts';
import { RESERVED_KEY } from '../identity.ts';

const NAMES = [RESERVED_KEY, ...CLAIM_NAMES];

/**
 * Whether a text has all names of a claim (the member `qbl` of a message). One name may be missing, because
 * it may be damaged.
 */
export function hasClaimNames(text: string): boolean {
  if (NAMES.filter((name) => text.includes(name)).length < NAMES.length - 1) return false;
  const keys = unescaped(text);
  return NAMES.filter((name) => keys.includes(`"${name}"`)).length >= NAMES.length - 1;
}

/**
 * Matches a run ID in an object. If the object is inside a JSON string, the same number of backslashes stands
 * before each quote.
 */
const READABLE = String.raw`"run\1"\s*:\s*\1"([A-Za-z0-9._-]{1,64})\1"(?=\s*[,}])`;
const RUN = new RegExp(String.raw`(?<!\\)(\\*)${READABLE}`, 'g');
const RUN_OF_A_CLAIM = new RegExp(String.raw`(?<!\\)(\\*)"${RESERVED_KEY}\1"\s*:\s*\{[^{}]*?\1${READABLE}`);

/**
 * Finds the run of a text that is damaged JSON and has no readable claim. Returns null if the text belongs to none of
 * the runs. Only the value of the name `run` counts, and one byte of name and value may be damaged. An ID in another
 * field proves nothing.
 */
export function mentionedRun(text: string, runs: Iterable<string>): string | null {
  const known = [...runs];
  const claimed = RUN_OF_A_CLAIM.exec(text)?.[2];
  if (claimed !== undefined) return known.includes(claimed) ? claimed : null;
  // No claim with a readable run ID was found, so either the key or the run ID is damaged. Readable IDs of
  // other runs are removed first, because they are not damaged.
  const unclear = unescaped(text.replaceAll(RUN, (whole, _, run) => (known.includes(run) ? whole : '')));
  return known.find((run) => nearly(`"run":"${run}"`).test(unclear)) ?? null;
}

/** Removes backslashes of nested JSON strings, and spaces around colons. */
function unescaped(text: string): string {
  return text
    .replaceAll(/(?<!\\)\\+u0022/g, '"')
    .replaceAll('\\', '')
    .replaceAll(/(?<!\s)\s*:\s*/g, ':');
}

/**
 * Matches a text in which one character is changed, missing or added. It also matches if two characters became one:
 * damage can turn a character into a backslash, which forms an escape with the next character.
 */
function nearly(text: string): RegExp {
  const literal = (part: string) => part.replaceAll(/[.\\]/g, '\\$&');
  const one = (_: string, at: number) => {
    const before = literal(text.slice(0, at));
    return `${before}[^]{0,2}${literal(text.slice(at + 1))}|${before}[^]${literal(text.slice(at + 2))}`;
  };
  return new RegExp([...text].map(one).join('|'));
}
