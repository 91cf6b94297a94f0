import express from 'express';
import { Kafka } from 'kafkajs';
import { publisher } from './events.js';
import { orders } from './orders.js';

const { PORT = '8080', KAFKA_BOOTSTRAP = '127.0.0.1:9092', KAFKA_TOPIC = 'order-events' } = process.env;

const producer = new Kafka({ brokers: [KAFKA_BOOTSTRAP] }).producer();
await producer.connect();
const app = express().use(orders(publisher(producer, KAFKA_TOPIC)));
app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  process.stdout.write(`listening on port ${PORT}\n`);
});
