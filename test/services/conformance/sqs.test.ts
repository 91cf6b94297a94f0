import { conforms } from './suite.ts';
import { elasticmq } from './systems.ts';

conforms(elasticmq('SQS with a standard queue'));
// The same adapter, but for each message the emulator searches all message groups in flight. Here each message is a
// group, so reading 10,000 would take minutes. sqs-order.test.ts verifies 10,000 messages in fifty groups.
conforms(elasticmq('SQS with a FIFO queue'), { suffix: '.fifo', loops: 20 });
