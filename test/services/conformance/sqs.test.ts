import { conforms } from './suite.ts';
import { elasticmq } from './systems.ts';

conforms(elasticmq('SQS with a standard queue'));
// The FIFO queue uses the same adapter, but is tested with fewer messages. For each message, the emulator searches
// all message groups in flight. Here each message is a group, so reading 10,000 would take minutes. sqs-order.test.ts
// verifies 10,000 messages in fifty groups.
conforms(elasticmq('SQS with a FIFO queue'), { suffix: '.fifo', loops: 20 });
