import { RESERVED_KEY } from './identity.ts';

const CLAIM_KEYS = [`"${RESERVED_KEY}"`, '"run"', '"sentAt"', '"sum"'];
/** A run's id where an object has it. In a text of JSON each quote has the same backslashes before it. */
const READABLE = String.raw`"run\1"\s*:\s*\1"([A-Za-z0-9._-]{1,64})\1"(?=\s*[,}])`;
const RUN = new RegExp(String.raw`(?<!\\)(\\*)${READABLE}`, 'g');
const RUN_OF_A_CLAIM = new RegExp(String.raw`(?<!\\)(\\*)"${RESERVED_KEY}\1"\s*:\s*\{[^{}]*?\1${READABLE}`);

/**
 * Whose message a text was from which no claim can be read any more; null: of none of the runs. Only what stands
 * behind the key `run` tells it, and one damaged byte may stand there too: an id in another field tells nothing.
 */
export function mentionedRun(text: string, runs: Iterable<string>): string | null {
  const keys = unescaped(text);
  if (CLAIM_KEYS.filter((key) => keys.includes(key)).length < CLAIM_KEYS.length - 1) return null;
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

/** Finds a text of which one character may be another one, or missing, or have one beside it that is too much. */
function nearly(text: string): RegExp {
  const literal = (part: string) => part.replaceAll(/[.\\]/g, '\\$&');
  const one = (_: string, at: number) =>
    `${literal(text.slice(0, at))}[^]{0,2}${literal(text.slice(at + 1))}`;
  return new RegExp([...text].map(one).join('|'));
}
