import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { makeTempFolder, removeFolder } from '../../support/temp-folder.ts';
import { startProcess } from '../service-process.ts';
import { untilListening } from '../until-listening.ts';
import type { Settings, ToCommand } from './endpoint.ts';

/** An endpoint that runs, and what it says that it did. */
export interface Service {
  readonly url: string;
  /** The deeds of this kind since the last `forget`, each as thread and loop of the message: `3 13`. */
  deeds(kind: string): Promise<string[]>;
  forget(): Promise<void>;
  kill(): Promise<void>;
  /** Kills it, and removes its files. */
  stop(): Promise<void>;
}

/** A service prints a line for each message with which it does something else than publish it once, as it came. */
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
