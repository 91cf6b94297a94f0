import { conforms } from './suite.ts';
import { elasticmq } from './systems.ts';

conforms(elasticmq('SQS, standard'));
// The same adapter, and a stand-in that goes through all message groups in flight for each message. Here each message is
// a group: 10,000 are not read within minutes. sqs-order.test.ts verifies 10,000 in fifty groups.
conforms(elasticmq('SQS, FIFO'), { suffix: '.fifo', loops: 20 });
