/** Names the JMeter properties of similar things: `host` for the first one, then `host.2` and `host.3`. */
export class Numbering {
  readonly #keys: string[] = [];

  name(property: string, key: string): string {
    if (!this.#keys.includes(key)) this.#keys.push(key);
    const number = this.#keys.indexOf(key) + 1;
    return number === 1 ? property : `${property}.${number}`;
  }
}
