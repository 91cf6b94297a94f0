// The endpoint of the example, with faults on purpose. What it does to an order depends on the order's channel. It
// prints each such fault.
import express from 'express';
import { Kafka } from 'kafkajs';
import { publisher } from '../../../../examples/express/app/events.js';
import { orders } from '../../../../examples/express/app/orders.js';

const BATCH = 8;
const { PORT, KAFKA_BOOTSTRAP, KAFKA_TOPIC } = process.env;

const producer = new Kafka({ brokers: [KAFKA_BOOTSTRAP] }).producer();
await producer.connect();
const honest = publisher(producer, KAFKA_TOPIC);
const held = new Map();
let batch = [];
let stored = Promise.resolve();

function tell(deed, { customer, quantity }) {
  process.stdout.write(`did ${deed} ${customer} ${quantity}\n`);
}

function damaged(event) {
  return { ...event, amount: event.amount + 1, attributes: { ...event.attributes, visit: '?' } };
}

/** Returns the event with all identities of the other event. */
function withIdsOf(event, other) {
  const attributes = { ...event.attributes };
  if (other.attributes.qbl !== undefined) attributes.qbl = other.attributes.qbl;
  const qbl = other.qbl === undefined ? {} : { qbl: other.qbl };
  return { ...event, ...qbl, orderId: other.orderId, attributes };
}

function ackEarly(message) {
  batch.push(message);
  if (batch.length < BATCH) return;
  const full = batch;
  batch = [];
  stored = stored.then(async () => {
    for (const { event, key } of full) {
      await honest(event, key);
      tell('stored', event);
    }
  });
}

async function swap(first, second) {
  tell('swaps', first.event);
  tell('swaps', second.event);
  await honest(withIdsOf(second.event, first.event), first.key);
  await honest(withIdsOf(first.event, second.event), second.key);
}

const LIES = {
  drops: () => {},
  repeats: async ({ event, key }) => {
    await honest(event, key);
    await honest(event, key);
  },
  damages: ({ event, key }) => honest(damaged(event), key),
  'says-error': () => {
    throw new Error('the queue is full');
  },
};

async function publish(event, key) {
  const { channel } = event.attributes;
  const turn = event.quantity % 10;
  if (channel === 'acks-early') return ackEarly({ event, key });
  if (channel === 'swaps' && turn === 3) return void held.set(event.customer, { event, key });
  if (channel === 'swaps' && turn === 4) return swap(held.get(event.customer), { event, key });
  const lie = LIES[channel];
  if (lie === undefined || turn !== 3) return honest(event, key);
  tell(channel, event);
  return lie({ event, key });
}

express()
  .use(orders(publish))
  .use((error, _request, response, _next) => response.json({ error: error.message }))
  .listen(Number(PORT), '127.0.0.1');
