import { CLAIM_NAMES } from '../claim.ts';
import { RESERVED_KEY } from '../identity.ts';

const NAMES = [RESERVED_KEY, ...CLAIM_NAMES];

/** Whether a text has all names of a claim, but for one that may be damaged. */
export function hasClaimNames(text: string): boolean {
  if (NAMES.filter((name) => text.includes(name)).length < NAMES.length - 1) return false;
  const keys = unescaped(text);
  return NAMES.filter((name) => keys.includes(`"${name}"`)).length >= NAMES.length - 1;
}

/** A run's id where an object has it. In a text of JSON each quote has the same backslashes before it. */
const READABLE = String.raw`"run\1"\s*:\s*\1"([A-Za-z0-9._-]{1,64})\1"(?=\s*[,}])`;
const RUN = new RegExp(String.raw`(?<!\\)(\\*)${READABLE}`, 'g');
const RUN_OF_A_CLAIM = new RegExp(String.raw`(?<!\\)(\\*)"${RESERVED_KEY}\1"\s*:\s*\{[^{}]*?\1${READABLE}`);

/**
 * Whose message a text was that is no JSON any more, and from which no claim can be read; null: of none of the runs.
 * Only what stands behind the name `run` tells it, and one damaged byte may stand there too: an id in another field
 * tells nothing.
 */
export function mentionedRun(text: string, runs: Iterable<string>): string | null {
  const known = [...runs];
  const claimed = RUN_OF_A_CLAIM.exec(text)?.[2];
  if (claimed !== undefined) return known.includes(claimed) ? claimed : null;
  // The key of the claim is damaged, or its run: what names another run readably is not it.
  const unclear = unescaped(text.replaceAll(RUN, (whole, _, run) => (known.includes(run) ? whole : '')));
  return known.find((run) => nearly(`"run":"${run}"`).test(unclear)) ?? null;
}

/** Without the backslashes of texts within texts, and without spaces around a colon. */
function unescaped(text: string): string {
  return text
    .replaceAll(/(?<!\\)\\+u0022/g, '"')
    .replaceAll('\\', '')
    .replaceAll(/(?<!\s)\s*:\s*/g, ':');
}

/**
 * Finds a text of which one character may be another one, or missing, or have one beside it that is too much. Or two
 * may be one: a character that became a backslash makes an escape with the next one.
 */
function nearly(text: string): RegExp {
  const literal = (part: string) => part.replaceAll(/[.\\]/g, '\\$&');
  const one = (_: string, at: number) => {
    const before = literal(text.slice(0, at));
    return `${before}[^]{0,2}${literal(text.slice(at + 1))}|${before}[^]${literal(text.slice(at + 2))}`;
  };
  return new RegExp([...text].map(one).join('|'));
}
