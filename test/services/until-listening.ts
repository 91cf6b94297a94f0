import { connect } from 'node:net';
import { until } from '../support/until.ts';
import type { ServiceProcess } from './service-process.ts';

/**
 * Waits until the process accepts connections at this port of the loopback interface.
 * @throws Error with the end of its output if the process ends without accepting one
 */
export async function untilListening(process: ServiceProcess, port: number): Promise<void> {
  await until(`a process that listens on port ${port}`, async () => {
    if (!process.isRunning) throw new Error(await process.lastWords());
    return accepts(port);
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
