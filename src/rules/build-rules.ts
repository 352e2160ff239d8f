import { compileBuiltin } from './load.ts';
import { problemText } from './problem.ts';

const { rules, problems, version } = compileBuiltin();
for (const problem of problems) process.stderr.write(`${problemText(problem)}\n`);
if (problems.length > 0) process.exitCode = 1;
else process.stdout.write(`${rules.length} rules compiled, version ${version}\n`);
