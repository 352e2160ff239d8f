// A worker process that is ready once, and whose successors die at their start.
import { appendFileSync, readFileSync } from 'node:fs';

const starts = process.env['STARTS'] ?? '';
appendFileSync(starts, 'x');
const isFirst = readFileSync(starts, 'utf8').length === 1;
process.on('message', () => {
  if (!isFirst) process.exit(3);
  const address = { kind: 'unix', path: '/nowhere' };
  process.send?.({ kind: 'ready', addresses: [address] }, undefined, {}, () => process.exit(3));
});
