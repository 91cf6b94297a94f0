/**
 * Preload this into a process to use all of its file descriptors but one. Node needs the last descriptor to load the
 * program.
 */
const { closeSync, openSync } = require('node:fs');
const { devNull } = require('node:os');

const open = [];
try {
  for (;;) open.push(openSync(devNull, 'r'));
} catch {
  closeSync(open.pop());
}
