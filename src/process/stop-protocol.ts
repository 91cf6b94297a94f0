/** The name of the socket in the folder of a run. */
export const STOP_SOCKET = 'stop.sock';

/**
 * The messages on the socket. `qbl stop` sends the first message, and the process of the run confirms with the
 * second.
 */
export const STOP_REQUEST = 'stop\n';
export const STOP_ACCEPTED = 'stopping\n';
