// What broke outside every test, such as the end of a process that runs tests: Vitest's JSON has only the tests.
import { writeFileSync } from 'node:fs';

export const errorsFile = '.vitest/errors.json';

export default class ErrorReporter {
  onTestRunEnd(modules, errors) {
    const told = errors.map(({ message, cause }) =>
      cause?.message ? `${message} ${cause.message}` : message,
    );
    writeFileSync(errorsFile, JSON.stringify(told));
  }
}
