import { conforms } from './suite.ts';
import { rabbitmq } from './systems.ts';

conforms(rabbitmq('RabbitMQ with a quorum queue', ''));
conforms(rabbitmq('RabbitMQ with a classic queue', '?type=classic'));
