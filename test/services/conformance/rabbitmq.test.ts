import { conforms } from './suite.ts';
import { rabbitmq } from './systems.ts';

conforms(rabbitmq('RabbitMQ, a quorum queue', ''));
conforms(rabbitmq('RabbitMQ, a classic queue', '?type=classic'));
