import { conforms } from './suite.ts';
import { elasticmq } from './systems.ts';

conforms(elasticmq('SQS, standard'));
// The same adapter, and a stand-in that takes one message group after the other.
conforms(elasticmq('SQS, FIFO'), { suffix: '.fifo', loops: 20 });
