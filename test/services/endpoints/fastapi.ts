import { join } from 'node:path';
import { runTool } from '../run-tool.ts';
import type { Endpoint } from './endpoint.ts';
import { builtWithLies } from './example-build.ts';

const CONTENT = 'content: { /customer: /customer, /quantity: /quantity, /amount: /total }';
const VENV = '.venv';

export const FASTAPI: Endpoint = {
  name: 'fastapi',
  tools: ['python3'],
  placing: {
    body: 'identity: body',
    pointer: 'identity: body:/attributes',
    header: `identity: header:Idempotency-Key\n${CONTENT}`,
    field: `identity: field:/orderId\nfind: $message.payload#/order_id\n${CONTENT}`,
  },
  refused: ['body'],
  build: async () => {
    const folder = await builtWithLies({ name: 'fastapi', liesGoTo: '.', build: install });
    return ({ port, bootstrap, topic }) => ({
      file: join(folder, VENV, 'bin', 'python3'),
      args: ['-m', 'uvicorn', '--app-dir', folder, '--port', String(port), 'lying:app'],
      env: { KAFKA_BOOTSTRAP: bootstrap, KAFKA_TOPIC: topic },
    });
  },
};

async function install(folder: string): Promise<void> {
  await runTool('python3', ['-m', 'venv', VENV], { cwd: folder });
  const pip = ['-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt'];
  await runTool('python3', pip, {
    cwd: folder,
    env: { PATH: `${join(folder, VENV, 'bin')}:${process.env['PATH']}` },
  });
}
