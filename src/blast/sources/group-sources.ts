import type { Identity } from '../../message/identity.ts';
import type { ThreadVariables } from '../../plan/language/thread-variables.ts';
import type { Source } from '../../plan/sources/source.ts';
import type { SourceRunner } from './source-runner.ts';

/** The sources of one thread group, by their controllers. */
export class GroupSources {
  readonly #runner: SourceRunner;
  readonly #sources = new Map<number, Source[]>();

  constructor(sources: readonly Source[], runner: SourceRunner) {
    this.#runner = runner;
    for (const source of sources)
      this.#sources.set(source.controller, [...(this.#sources.get(source.controller) ?? []), source]);
  }

  /**
   * Runs the sources of a controller at the start of its iteration. Returns false if a source ends the thread.
   * @throws QblError 'usage' if a source cannot give its values
   */
  run(controller: number, identity: Identity, variables: ThreadVariables): boolean {
    const sources = this.#sources.get(controller);
    return sources === undefined || this.#runner.run(sources, identity, variables);
  }
}
