import { Connection } from 'rabbitmq-client';

/**
 * A RabbitMQ service that knows nothing of qbl. It works on one message after the other, and acknowledges
 * each message after the work. Arguments: address, queue, maximum number of messages that it holds (0 means
 * no limit), milliseconds of work, and whether it acknowledges.
 */
const [address, queue, prefetch, workMs, acknowledges] = process.argv.slice(2);
const [hostname, port] = address.split(':');
const connection = new Connection({ hostname, port: Number(port) });
const channel = await connection.acquire();
await channel.basicQos({ prefetchCount: Number(prefetch) });
let work = Promise.resolve();

await channel.basicConsume({ queue }, ({ deliveryTag }) => {
  if (acknowledges !== 'true') return;
  work = work.then(async () => {
    if (Number(workMs) > 0) await new Promise((resolve) => setTimeout(resolve, Number(workMs)));
    channel.basicAck({ deliveryTag });
  });
});
process.stdout.write('consuming\n');
