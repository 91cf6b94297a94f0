import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { makeTempFolder, removeFolder } from '../../support/temp-folder.ts';
import { startProcess } from '../service-process.ts';
import { untilListening } from '../until-listening.ts';
import type { Settings, ToCommand } from './endpoint.ts';

/** A running endpoint, and what it reports about its own faults. */
export interface Service {
  readonly url: string;
  /**
   * Returns the faults of this kind since the last `forget`. Each is the thread and the loop of a message,
   * such as `3 13`.
   */
  deeds(kind: string): Promise<string[]>;
  forget(): Promise<void>;
  kill(): Promise<void>;
  /** Kills the endpoint, and removes its files. */
  stop(): Promise<void>;
}

/** Matches a line that an endpoint prints when it does not publish a message exactly once and unchanged. */
const DEED = /did (\S+) (\d+) (\d+)/g;

export async function startService(
  command: ToCommand,
  settings: Omit<Settings, 'port' | 'folder'>,
): Promise<Service> {
  const folder = await makeTempFolder();
  const port = await freePort();
  const { file, args, env } = command({ ...settings, port, folder });
  const logFile = join(folder, 'service.log');
  const started = startProcess(file, args, logFile, env);
  await untilListening(started, port);
  let forgotten = 0;
  return {
    url: `http://127.0.0.1:${port}/orders`,
    deeds: async (kind) => {
      const text = (await readFile(logFile, 'utf8')).slice(forgotten);
      const all = [...text.matchAll(DEED)].filter(([, each]) => each === kind);
      return all.map(([, , thread, loop]) => `${thread} ${loop}`).sort();
    },
    forget: async () => {
      forgotten = (await readFile(logFile, 'utf8')).length;
    },
    kill: () => started.kill(),
    stop: async () => {
      await started.kill();
      await removeFolder(folder);
    },
  };
}
