import type { Socket } from 'node:net';

/** Splits a stream into Kafka protocol messages. Each message begins with its length. */
export function onFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const length = 4 + rest.readInt32BE(0);
      onFrame(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  });
}

/** Replaces the broker's port in a response with the proxy's port, wherever host and port appear. */
export function readdress(
  frame: Buffer,
  { host, port }: { host: string; port: number },
  proxyPort: number,
): Buffer {
  const named = Buffer.concat([Buffer.from(host), int32(port)]);
  const copy = Buffer.from(frame);
  for (let at = copy.indexOf(named); at >= 0; at = copy.indexOf(named, at + named.length)) {
    copy.writeInt32BE(proxyPort, at + host.length);
  }
  return copy;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
