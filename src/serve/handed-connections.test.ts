import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { closeHandedConnections } from './handed-connections.ts';

/** A worker's ChildProcess, whose worker answers nothing by itself. */
class QuietChannel extends EventEmitter {
  send(): boolean {
    return true;
  }
}

/** Passes connections to a worker, as the primary process does, and records which of its copies are closed. */
function openChannel() {
  const channel = new QuietChannel();
  const closed: number[] = [];
  closeHandedConnections(channel);
  const pass = (seq: number) => {
    const message = { cmd: 'NODE_CLUSTER', act: 'newconn', key: '127.0.0.1:80', seq };
    Reflect.apply(channel.send, channel, [message, { close: () => closed.push(seq) }]);
  };
  const answer = (ack: number, accepted: boolean) =>
    channel.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted });
  return { channel, closed, pass, answer };
}

test('closes a connection that was passed after the worker exited', () => {
  const { channel, closed, pass } = openChannel();
  channel.emit('exit');
  pass(1);
  channel.emit('close');
  expect(closed).toEqual([1]);
});

test('closes no connection that the worker refused, because another worker gets it', () => {
  const { channel, closed, pass, answer } = openChannel();
  pass(1);
  answer(1, false);
  pass(2);
  channel.emit('exit');
  channel.emit('close');
  expect(closed).toEqual([2]);
});
