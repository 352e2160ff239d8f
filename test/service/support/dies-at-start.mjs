// A worker process that is never ready: it dies, or says first why it cannot start.
import { appendFileSync } from 'node:fs';

appendFileSync(process.env['STARTS'] ?? '', 'x');
process.on('message', () => {
  const failure = { kind: 'failed', code: 'E_LISTEN', message: 'broken for the test' };
  if (process.env['SAYS'] === 'why') process.send?.(failure, undefined, {}, () => process.exit(74));
  else process.exit(3);
});
