import { join } from 'node:path';
import { runTool } from '../run-tool.ts';
import type { Endpoint } from './endpoint.ts';
import { builtWithLies } from './example-build.ts';

const CONTENT =
  'content: { /customer: /data/customer, /quantity: /data/quantity, /amount: /data/amount, /attributes: /data/attributes }';
const PROGRAM = process.platform === 'win32' ? 'orders.exe' : 'orders';

export const GO: Endpoint = {
  name: 'go',
  tools: ['go'],
  placing: {
    body: 'identity: body',
    pointer: 'identity: body:/attributes',
    header: `identity: header:Idempotency-Key\n${CONTENT}`,
    field: `identity: field:/orderId\nfind: $message.payload#/data/orderId\n${CONTENT}`,
  },
  refused: [],
  build: async () => {
    const folder = await builtWithLies({ name: 'go', liesGoTo: '.', build });
    return ({ port, bootstrap, topic }) => ({
      file: join(folder, PROGRAM),
      args: ['-listen', `127.0.0.1:${port}`, '-kafka', bootstrap, '-topic', topic],
    });
  },
};

function build(folder: string): Promise<void> {
  return runTool('go', ['build', '-o', PROGRAM, '.'], { cwd: folder, env: { CGO_ENABLED: '0' } });
}
