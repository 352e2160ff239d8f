import { soak } from '../real/support/soak/soak.ts';
import { missing } from '../real/support/tools.ts';

/** `npm run soak -- N [SEED]`: N messages (20,000) through Postfix, a mailsluice that is killed, and a next hop that fails. */
const count = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 32));
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run soak -- [MESSAGES] [SEED]');
  process.exit(64);
}
if (missing('soak', ['postfix']) !== undefined) process.exit(69);

console.log(`${count} messages, seed ${seed}`);
const stop = new AbortController();
// Servers that it started are to end, too; a second signal ends at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const result = await soak(count, seed, (line) => console.log(line), stop.signal);
const table = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort()
    .map(([name, times]) => `\n  ${String(times).padStart(6)}  ${name}`)
    .join('');
console.log(`
messages     ${result.messages}
arrivals     ${result.arrivals}
seconds      ${result.seconds.toFixed(0)}
kills -9     ${result.kills}
blind        ${result.blindMs.toFixed(0)} ms at most
faults of the next hop${table(result.faults)}
doubles, explained${table(result.doubles)}
missing      ${result.missing.length} ${result.missing.slice(0, 20).join(' ')}
octets wrong ${result.wrong.length} ${result.wrong.slice(0, 5).join('; ')}
doubles without a reason ${result.unexplained.length} ${result.unexplained.slice(0, 5).join('; ')}`);
process.exit(result.missing.length + result.wrong.length + result.unexplained.length === 0 ? 0 : 1);
