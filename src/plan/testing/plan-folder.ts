import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { loadPlan } from '../load.ts';
import type { Plan } from '../plan.ts';

/** A folder for plan files. Each test gets an empty folder. */
export interface PlanFolder {
  pathOf(name: string): string;
  load(text: string, overrides?: object): Promise<Plan>;
  /** Resolves with the error message without the path of the folder, or with "no mistake". */
  mistakesOf(text: string, overrides?: object): Promise<string>;
}

/** Creates a folder before each test of the calling file, and removes the folder after the test. */
export function planFolder(): PlanFolder {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'qbl-plan-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const pathOf = (name: string) => join(directory, name);

  async function load(text: string, overrides = {}): Promise<Plan> {
    const file = pathOf('plan.yaml');
    await writeFile(file, text);
    return loadPlan(file, overrides);
  }

  const mistakesOf = (text: string, overrides = {}) =>
    load(text, overrides).then(
      () => 'no mistake',
      (error: Error) => error.message.replaceAll(directory, '').replaceAll('\\', '/'),
    );

  return { pathOf, load, mistakesOf };
}

/** Returns the text of a plan with one thread group and one request. */
export const plan = (group: string, body = `'{"a": 1}'`) => `threadGroups:
  - name: G
    loops: 1
${group}
    requests:
      - name: R
        url: http://localhost/send
        body: ${body}
`;
