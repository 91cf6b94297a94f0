import type { Setting } from '../elements/functions.ts';

/**
 * Writes the values of a plan that have the names of JMeter properties. The names of the first group and of the first
 * origin have no number, such as `host`. The next ones are named `host.2`, `host.3` and so on.
 */
export class Settings {
  readonly #write: Setting;
  readonly #origins: string[] = [];

  constructor(write: Setting) {
    this.#write = write;
  }

  /** Writes a value of the thread group with this number, from 1. */
  ofGroup(number: number, name: string, value: string | number): string {
    return this.#write(numbered(name, number), value);
  }

  /** Writes a value that all requests to the origin share. */
  ofOrigin(origin: string, name: string, value: string | number): string {
    if (!this.#origins.includes(origin)) this.#origins.push(origin);
    return this.#write(numbered(name, this.#origins.indexOf(origin) + 1), value);
  }
}

function numbered(name: string, number: number): string {
  return number === 1 ? name : `${name}.${number}`;
}
