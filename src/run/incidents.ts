import { QblError } from '../error.ts';
import type { Child, ChildExit } from '../process/child.ts';
import { type Incident, incidentText, writeIncidents } from '../runs/documents/incidents-json.ts';
import { readRun } from '../runs/documents/run-json.ts';
import { noteIncidents } from '../runs/documents/verify-json.ts';
import { type RunFolder, runFiles } from '../runs/run-folder.ts';

/** Records failures of the processes of a run, in memory and in incidents.json. */
export class Incidents {
  readonly #folder: RunFolder;
  readonly #onNote: (line: string) => void;
  readonly #all: Incident[] = [];
  #failure: QblError | null = null;
  #written: Promise<void> = Promise.resolve();

  /**
   * Starts with no incident.
   * @param folder the folder of the run that `verify` judges
   */
  constructor(folder: RunFolder, onNote: (line: string) => void) {
    this.#folder = folder;
    this.#onNote = onNote;
  }

  /** The first incident as an error. Null if there was none. */
  get failure(): QblError | null {
    return this.#failure;
  }

  /**
   * Records that a process ended too early.
   * @param folder the folder of the run that the process belonged to
   */
  ended({ name }: Child, { code, signal }: ChildExit, folder: RunFolder): void {
    this.#add({ part: name, kind: 'ended', code, signal }, folder);
  }

  late(part: string): void {
    this.#add({ part, kind: 'late', code: null, signal: null }, this.#folder);
  }

  /**
   * Adds the incidents to verify.json, because verify can end before the last incident.
   * @throws QblError 'environment' when a file cannot be written
   */
  async settle(): Promise<void> {
    await this.#written;
    if (this.#all.length > 0) await noteIncidents(this.#folder, this.#all);
  }

  #add(how: Pick<Incident, 'part' | 'kind' | 'code' | 'signal'>, folder: RunFolder): void {
    const nowMs = Date.now();
    const startedAtMs = readRun(folder)?.startedAtMs;
    const incident: Incident = {
      ...how,
      direct: folder.path !== this.#folder.path,
      at: new Date(nowMs).toISOString(),
      afterMs: startedAtMs === undefined ? null : Math.max(0, nowMs - startedAtMs),
    };
    this.#all.push(incident);
    const text = incidentText(incident);
    this.#onNote(text);
    const hint = `See ${runFiles(folder).log(how.part)} for the reason.`;
    this.#failure ??= new QblError('environment', text, { hint });
    const all = [...this.#all];
    this.#written = this.#written.then(() => writeIncidents(this.#folder, all));
    // The method `settle` of this class reports a failed write, so ignore the error here.
    this.#written.catch(() => {});
  }
}
