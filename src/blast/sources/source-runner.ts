import { randomBytes } from 'node:crypto';
import { type Identity, MAX_INDEX } from '../../message/identity.ts';
import type { ThreadVariables } from '../../plan/language/thread-variables.ts';
import { JavaRandom } from '../../plan/sources/java-random.ts';
import type { CsvSource, RandomSource, Source } from '../../plan/sources/source.ts';
import { countFormat, type FormatCount } from '../../plan/template/counter.ts';
import { CsvCursors } from './csv-cursors.ts';

/** The value of each variable if a file has no more lines. Source: CSVDataSet.java. */
const END_OF_FILE = '<EOF>';

/** Runs the sources of a run, and keeps what their elements remember. */
export class SourceRunner {
  readonly #csvs = new CsvCursors();
  readonly #randoms = new Map<string, JavaRandom>();
  readonly #formats = new Map<string, FormatCount>();

  /**
   * Runs the sources of a controller at the start of its iteration, with the identity of the thread's next message.
   * Returns false if a source ends the thread.
   * @throws QblError 'usage' if a file cannot be read
   */
  run(sources: readonly Source[], thread: Identity, variables: ThreadVariables): boolean {
    return sources.every((source) => {
      if (source.kind === 'csv') return this.#setLine(source, thread, variables);
      variables.set(source.name, this.#drawn(source, thread));
      return true;
    });
  }

  /** A line with fewer values than names leaves the other variables as they are. */
  #setLine(source: CsvSource, { group, thread }: Identity, variables: ThreadVariables): boolean {
    const values = this.#csvs.of(source, group, thread).next(source);
    if (values.length === 0 && source.stopsThread) return false;
    for (const [index, name] of source.names.entries()) {
      const value = values.length === 0 ? END_OF_FILE : values[index];
      if (value !== undefined) variables.set(name, value);
    }
    return true;
  }

  #drawn(source: RandomSource, { group, thread }: Identity): string {
    const place = source.perThread ? `${source.element} ${group * MAX_INDEX + thread}` : `${source.element}`;
    const random = this.#randoms.get(place) ?? new JavaRandom(seedOf(source));
    this.#randoms.set(place, random);
    return String(this.#formatOf(source)(source.least + random.below(source.range)));
  }

  #formatOf({ name, format }: RandomSource): FormatCount {
    const known = this.#formats.get(format) ?? countFormat(format);
    if (known === null) throw new TypeError(`the format ${format} of the variable ${name} is not supported`);
    this.#formats.set(format, known);
    return known;
  }
}

function seedOf({ seed }: RandomSource): bigint {
  return seed === null ? randomBytes(8).readBigInt64BE() : BigInt(seed);
}
