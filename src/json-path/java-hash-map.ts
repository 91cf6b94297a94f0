const LOAD_FACTOR = 0.75;

/** Returns the members in the order in which a new java.util.HashMap with them lists them (HashMap.java, putMapEntries). */
export function inHashOrder<T>(members: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  const buckets = bucketsFor(members.size);
  const bucketOf = (name: string) => {
    const hash = hashCode(name);
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return new Map([...members].toSorted(([a], [b]) => bucketOf(a) - bucketOf(b)));
}

/** The number of buckets is the next power of two. */
function bucketsFor(size: number): number {
  const least = Math.floor(size / LOAD_FACTOR + 1);
  return 2 ** Math.ceil(Math.log2(least));
}

/** Source: String.java, hashCode. */
function hashCode(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash;
}
