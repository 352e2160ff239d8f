/** Random and broken SMTP dialogues against the relay: `npm run fuzz -- SECONDS [SEED]`. Fails on a crash or a leak. */
import { fuzzDialogue } from '../smtp/fuzz/fuzz.ts';

const seconds = Number(process.argv[2] ?? process.env['MAILSLUICE_FUZZ_SECONDS'] ?? 300);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
console.log(`fuzzing the dialogue for ${seconds} s, seed ${seed}`);
const { sessions, messages, problems } = await fuzzDialogue(seconds, seed);
console.log(`${sessions} sessions, ${messages} messages got as far as the next hop`);
for (const problem of problems) console.log(`PROBLEM ${problem}`);
if (problems.length > 0) console.log(`again: npm run fuzz -- ${seconds} ${seed}`);
process.exitCode = problems.length === 0 ? 0 : 1;
