/** The characters that a run ID may contain. */
const CHARACTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-'];

/** Yields the run IDs that differ from this one in exactly one character. */
export function* neighboursOf(run: string): Generator<string> {
  for (let at = 0; at < run.length; at++) {
    const before = run.slice(0, at);
    const after = run.slice(at + 1);
    for (const character of CHARACTERS) if (character !== run[at]) yield before + character + after;
  }
}
