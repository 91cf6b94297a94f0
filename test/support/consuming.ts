import type { ConnectionState, ConsumedMessage, Consumer, Queue } from '../../src/queue/queue.ts';

export const GROUP = 'workers';

export interface Consuming {
  readonly consumer: Consumer;
  readonly got: ConsumedMessage[];
  readonly states: ConnectionState[];
}

/** Opens a consumer of the group. By default it acknowledges every message. */
export async function consume(
  queue: Queue,
  maxInFlight = 1_000,
  onMessage = (message: ConsumedMessage) => message.ack(),
): Promise<Consuming> {
  const got: ConsumedMessage[] = [];
  const states: ConnectionState[] = [];
  const consumer = await queue.openConsumer({
    group: GROUP,
    maxInFlight,
    onMessage: (message) => {
      got.push(message);
      onMessage(message);
    },
    onConnection: (state) => states.push(state),
  });
  return { consumer, got, states };
}
