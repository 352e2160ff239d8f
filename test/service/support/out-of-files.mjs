// A worker process that has no descriptor left once it had a connection, and has some again after a while.
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';

const files = [];
const free = () => {
  for (const file of files.splice(0)) closeSync(file);
};
const fill = () => {
  try {
    for (;;) files.push(openSync('/dev/null'));
  } catch {
    setTimeout(free, 1_000);
  }
};
let isFirst = true;
const server = createServer((socket) => {
  if (isFirst) fill();
  // Stays open: its own descriptor would be the one that is left.
  socket.write(isFirst ? 'full' : 'free');
  isFirst = false;
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  process.send?.({ kind: 'ready', addresses: [{ kind: 'tcp', host: '127.0.0.1', port }] });
});
process.on('message', () => undefined);
