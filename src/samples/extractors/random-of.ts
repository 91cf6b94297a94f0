/** Returns a random element. Undefined if there is none. */
export function randomOf<T>(list: readonly T[]): T | undefined {
  return list[Math.floor(Math.random() * list.length)];
}
