import { join } from 'node:path';
import { runTool } from '../run-tool.ts';
import type { Endpoint } from './endpoint.ts';
import { builtWithLies } from './example-build.ts';

const CONTENT = 'content: { /customer: /order/customer, /quantity: /order/quantity, /amount: /order/total }';

export const SPRING_BOOT: Endpoint = {
  name: 'spring-boot',
  tools: ['java', 'mvn'],
  placing: {
    body: 'identity: body',
    pointer: 'identity: body:/attributes',
    header: `identity: header:Idempotency-Key\n${CONTENT}`,
    field: `identity: field:/orderId\nfind: $message.payload#/order/id\n${CONTENT}`,
  },
  refused: ['body'],
  build: async () => {
    const folder = await builtWithLies({
      name: 'spring-boot',
      liesGoTo: 'src/main/java/example/orders',
      build: (unfinished) => runTool('mvn', ['-q', '-B', 'package'], { cwd: unfinished }),
    });
    return ({ port, bootstrap, topic }) => ({
      file: 'java',
      args: [
        '-Xmx128m',
        '-jar',
        join(folder, 'target', 'orders.jar'),
        `--server.port=${port}`,
        `--spring.kafka.bootstrap-servers=${bootstrap}`,
        `--orders.topic=${topic}`,
      ],
    });
  },
};
