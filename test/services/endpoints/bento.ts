import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { benthos } from '../benthos.ts';
import { ROOT } from '../cache.ts';
import { BATCH, type Endpoint } from './endpoint.ts';

const CONTENT = 'content: { /customer: /order/customer, /quantity: /order/quantity, /amount: /order/amount }';
const PIPELINE = join(ROOT, 'examples', 'bento', 'orders.yaml');
const LIES = join(ROOT, 'test', 'services', 'endpoints', 'bento', 'lies.yaml');

const fields = z.record(z.string(), z.unknown());
const pipeline = fields.and(
  z.object({ pipeline: z.object({ processors: z.array(fields) }), output: fields }),
);
const lies = fields.and(z.object({ processors: z.array(fields) }));

/** Benthos, from which Bento was forked, with the pipeline of the example. */
export const BENTO: Endpoint = {
  name: 'bento',
  tools: ['go'],
  placing: {
    body: 'identity: body',
    pointer: 'identity: body:/attributes',
    header: `identity: header:Idempotency-Key\n${CONTENT}`,
    field: `identity: field:/orderId\nfind: $message.payload#/order/orderId\n${CONTENT}`,
  },
  refused: [],
  build: async () => {
    const file = await benthos();
    return ({ port, bootstrap, topic, folder, acksEarly }) => {
      const config = join(folder, 'orders.yaml');
      writeFileSync(config, JSON.stringify(acksEarly ? pipelineThatAcksEarly() : pipelineThatLies()));
      return {
        file,
        args: ['-c', config],
        env: { PORT: String(port), KAFKA_BOOTSTRAP: bootstrap, KAFKA_TOPIC: topic },
      };
    };
  },
};

function pipelineThatLies(): unknown {
  const honest = readPipeline();
  const { processors, ...resources } = lies.parse(parse(readFileSync(LIES, 'utf8')));
  return {
    ...honest,
    ...resources,
    pipeline: { processors: [...honest.pipeline.processors, ...processors] },
  };
}

/**
 * A buffer in memory acknowledges a message as soon as the buffer has it. So the input answers before Kafka has the
 * message.
 */
function pipelineThatAcksEarly(): unknown {
  const honest = readPipeline();
  const message = 'did stored ${! json("order.customer") } ${! json("order.quantity") }';
  const told = { drop: {}, processors: [{ log: { message } }] };
  return {
    ...honest,
    buffer: { memory: {} },
    output: {
      broker: { pattern: 'fan_out_sequential', outputs: [honest.output, told], batching: { count: BATCH } },
    },
  };
}

function readPipeline(): z.infer<typeof pipeline> {
  return pipeline.parse(parse(readFileSync(PIPELINE, 'utf8')));
}
