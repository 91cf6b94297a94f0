/** Field names of other load tools, and their names in qbl. */
const ALIASES: Readonly<Record<string, string>> = {
  users: 'threads',
  vus: 'threads',
  numThreads: 'threads',
  iterations: 'loops',
  groups: 'threadGroups',
  steps: 'requests',
};
const MOST_EDITS = 2;

/** Returns the known name that the user probably meant. Null if no known name is similar. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const alias = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  if (alias !== undefined && known.includes(alias)) return alias;
  const plain = bare(name);
  const [nearest] = known
    .map((each) => ({ each, edits: editsBetween(plain, bare(each)) }))
    .filter(({ each, edits }) => edits <= Math.min(MOST_EDITS, Math.floor(each.length / 3)))
    .sort((a, b) => a.edits - b.edits);
  return nearest?.each ?? null;
}

/**
 * Removes separators, and writes the name in lower case. So `ramp-up`, `ramp_up` and `rampUp` become equal.
 */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '').slice(0, 64);
}

/**
 * Levenshtein distance: the number of characters to insert, remove or replace to get from one text to the
 * other.
 */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
