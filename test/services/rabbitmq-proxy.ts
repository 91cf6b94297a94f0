import { connect, createServer, type Socket } from 'node:net';

export interface RabbitmqProxy {
  readonly port: number;
  /** Closes the connections of the clients. Keeps the connections to the broker, so the broker does not notice. */
  cutClients(): void;
  close(): Promise<void>;
}

export async function startRabbitmqProxy(brokerPort: number): Promise<RabbitmqProxy> {
  const clients = new Set<Socket>();
  const upstreams = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(brokerPort, '127.0.0.1');
    clients.add(client);
    upstreams.add(upstream);
    client.on('error', () => {}).on('data', (bytes) => upstream.write(bytes));
    client.on('close', () => clients.delete(client));
    upstream.on('error', () => {}).on('data', (bytes) => client.write(bytes));
    upstream.on('close', () => upstreams.delete(upstream) && client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address !== 'string' ? address.port : 0,
    cutClients: () => {
      for (const client of clients) client.destroy();
    },
    close: async () => {
      for (const socket of [...clients, ...upstreams]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
