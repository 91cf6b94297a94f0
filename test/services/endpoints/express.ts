import { join } from 'node:path';
import { ROOT } from '../cache.ts';
import type { Endpoint } from './endpoint.ts';

const CONTENT = 'content: [/customer, /quantity, /amount]';
const LYING = join(ROOT, 'test', 'services', 'endpoints', 'express', 'lying.js');

export const EXPRESS: Endpoint = {
  name: 'express',
  tools: [],
  placing: {
    body: 'identity: body',
    pointer: 'identity: body:/attributes',
    header: `identity: header:Idempotency-Key\n${CONTENT}`,
    field: `identity: field:/orderId\n${CONTENT}`,
  },
  refused: [],
  build: async () => {
    return ({ port, bootstrap, topic }) => ({
      file: process.execPath,
      args: [LYING],
      env: { PORT: String(port), KAFKA_BOOTSTRAP: bootstrap, KAFKA_TOPIC: topic },
    });
  },
};
