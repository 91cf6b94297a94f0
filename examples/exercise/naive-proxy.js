// A simple proxy, as most developers would write it first. The tests and the bench of qbl use it for
// comparison.
import express from 'express';
import { Kafka } from 'kafkajs';

const topic = process.env.TOPIC ?? 'stress-topic';
const producer = new Kafka({ brokers: [process.env.KAFKA ?? 'localhost:9092'] }).producer();
await producer.connect();

const app = express();
app.use(express.json());
app.post('/send', async (request, response) => {
  try {
    await producer.send({ topic, messages: [{ value: JSON.stringify(request.body) }] });
    response.status(200).send('Mensaje enviado a Kafka');
  } catch {
    response.status(500).send('Error interno');
  }
});

const server = app.listen(process.env.PORT ?? 3000, (error) => {
  if (error) throw error;
  process.stdout.write(`naive proxy on http://localhost:${server.address().port}\n`);
});
