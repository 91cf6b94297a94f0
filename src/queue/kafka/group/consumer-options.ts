import type { ConsumerOptions } from '../../queue.ts';
import type { KafkaClient } from '../cluster/client.ts';
import type { GroupView } from './group-view.ts';

export interface KafkaConsumerOptions extends ConsumerOptions {
  readonly topic: string;
  /** The client with which the consumer fetches messages. */
  readonly client: KafkaClient;
  /** The client for the group's requests only. */
  readonly groupClient: KafkaClient;
  readonly view: GroupView;
}
