import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../support/until.ts';
import { SERVICES_FOLDER } from './cache.ts';
import { type Running, readRunning, removeRunning } from './running-json.ts';
import type { ServiceName } from './service-names.ts';

type Print = (line: string) => void;

const COMMAND = fileURLToPath(new URL('command.js', import.meta.url));
const LOG = join(SERVICES_FOLDER, 'supervisor.log');
const DEADLINE_MS = 300_000;

/**
 * Starts the services in a background process, in addition to services that already run. Prints their addresses when
 * they answer.
 * @throws Error if one of them is already running or does not start
 */
export async function startInBackground(services: readonly ServiceName[], print: Print): Promise<void> {
  const startedAtMs = performance.now();
  const known = (await readRunning()).flatMap((running) => running.services);
  const twice = services.filter((service) => known.includes(service));
  if (twice.length > 0) {
    throw new Error(
      `${twice.join(', ')}: already started; first stop all services: npm run services -- stop`,
    );
  }
  const supervisor = spawnSupervisor(services);
  let ended = false;
  supervisor.once('exit', () => {
    ended = true;
  });
  const running = await until(
    'services that answer',
    async () => {
      const found = (await readRunning()).find(({ pid }) => pid === supervisor.pid);
      if (found === undefined && ended) throw new Error((await readFile(LOG, 'utf8')).trim());
      return found ?? null;
    },
    DEADLINE_MS,
  );
  supervisor.unref();
  for (const line of running.lines) print(line);
  print(
    `ready after ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s; to stop them: npm run services -- stop`,
  );
}

/** Stops all running services and waits for their end. */
export async function stopRunning(print: Print): Promise<void> {
  const running = await readRunning();
  if (running.length === 0) return print('no services are running');
  const stopped = await Promise.all(running.map(requestStop));
  for (const { pid } of running) await removeRunning(pid);
  print(stopped.includes(true) ? 'services stopped' : 'the services had already ended');
}

function spawnSupervisor(services: readonly ServiceName[]): ChildProcess {
  mkdirSync(SERVICES_FOLDER, { recursive: true });
  const log = openSync(LOG, 'w');
  const child = spawn(process.execPath, [COMMAND, 'supervise', ...services], {
    stdio: ['ignore', log, log],
    detached: true,
    windowsHide: true,
  });
  closeSync(log);
  return child;
}

/**
 * Asks a supervisor to stop. Resolves when the supervisor and all its services have ended. Resolves with false if no
 * supervisor answered.
 */
function requestStop({ controlPort }: Running): Promise<boolean> {
  return new Promise((resolve) => {
    let connected = false;
    const socket = connect(controlPort, '127.0.0.1', () => {
      connected = true;
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(connected));
    socket.resume();
  });
}
