// The gate: every check and every test, with the seconds of each. All steps run even where one fails, so that one run tells all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { errorsFile } from './error-reporter.mjs';

const results = '.vitest/results.json';
const steps = [
  ['format', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['lint', ['oxlint', '--deny-warnings']],
  ['types', ['tsc', '-p', 'tsconfig.json']],
  ['layers', ['depcruise', 'src', '--config', '.dependency-cruiser.cjs']],
  ['unused', ['knip', '--no-progress']],
  [
    'tests',
    [
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=./test/house/error-reporter.mjs',
      '--reporter=json',
      `--outputFile.json=${results}`,
    ],
  ],
];

const corpus = process.env.MAILSLUICE_CORPUS;
if (corpus) steps.push(['corpus', ['node', 'test/commands/corpus.ts', corpus, '--summary']]);

mkdirSync('.vitest', { recursive: true });
for (const file of [results, errorsFile]) rmSync(file, { force: true });
const seconds = [];
let broken = 0;
for (const [name, [command, ...args]] of steps) {
  console.log(`\n== ${name}`);
  const began = process.hrtime.bigint();
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: false });
  if (error)
    console.error(`${command}: ${error.message}; run "npm install" first and start the gate by "npm test"`);
  if (status !== 0) broken += 1;
  seconds.push([
    name,
    status === 0 ? 'ok' : 'FAILED',
    (Number(process.hrtime.bigint() - began) / 1e9).toFixed(1),
  ]);
}

const report = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : undefined;
const passed = report?.numPassedTests ?? 0;
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
// A file that does not load has no tests that could fail; it counts as one.
const unloaded = (report?.testResults ?? []).filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
);
const testsFailed = (report?.numFailedTests ?? 0) + unloaded.length;
const checksFailed = seconds.filter(([name, state]) => name !== 'tests' && state !== 'ok').length;
const testsBroken = broken - checksFailed > 0 && testsFailed === 0 ? 1 : 0;

console.log('');
for (const file of report?.testResults ?? [])
  for (const test of file.assertionResults)
    if (test.status === 'pending' || test.status === 'skipped' || test.status === 'todo')
      console.log(`skipped: ${test.fullName}`);
    else if (test.status === 'failed')
      console.log(`FAILED: ${test.fullName}: ${String(test.failureMessages?.[0]).split('\n', 1)[0]}`);
for (const error of existsSync(errorsFile) ? JSON.parse(readFileSync(errorsFile, 'utf8')) : [])
  console.log(`FAILED outside of tests: ${error}`);
for (const [name, state, took] of seconds) console.log(`${name.padEnd(8)} ${state.padEnd(7)} ${took} s`);
const failed = testsFailed + checksFailed + testsBroken;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
const strict = process.argv.includes('--no-skips');
process.exitCode = failed > 0 || !report || (strict && skipped > 0) ? 1 : 0;
