/**
 * Preload this into a process to make every socket of the file system fail. The environment variable SOCKET_ERROR has
 * the code of the error.
 */
const { Server } = require('node:net');

const { listen } = Server.prototype;
Server.prototype.listen = function (address, ...others) {
  if (typeof address !== 'string') return listen.call(this, address, ...others);
  const code = process.env.SOCKET_ERROR;
  const error = Object.assign(new Error(`listen ${code}: ${address}`), { code, syscall: 'listen', address });
  setImmediate(() => this.emit('error', error));
  return this;
};
