import type { Command } from 'commander';
import type { Report } from '../clean/index.ts';
import { errorCatalogue } from '../errors.ts';
import { firstFailure } from './exit-codes.ts';
import { filesOrStdin, readInput } from './inputs.ts';
import { contextOf, prepare, withMessageOptions } from './options.ts';
import type { MessageOptions } from './options.ts';
import { complain, failed, printLine, progress } from './output.ts';
import { reportJson } from './report-json.ts';
import { visible } from './visible.ts';

interface ScanOptions extends MessageOptions {
  readonly json?: boolean;
}

function summary(file: string, { result, counts, operators, reasons }: Report): string {
  const counted = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    `${visible(file)}: ${result}`,
    ...counted.map(([name, count]) => `${name}=${count}`),
    ...(reasons.length > 0 ? [`reason=${reasons.join(',')}`] : []),
    ...(operators.length > 0 ? [`by ${operators.join(', ')}`] : []),
  ].join(' ');
}

async function scan(files: readonly string[], options: ScanOptions): Promise<number> {
  const { cleaner } = await prepare(options);
  const inputs = filesOrStdin(files);
  const shown = progress(process.stdout.isTTY ? 0 : inputs.length);
  const codes: number[] = [];
  for (const file of inputs) {
    try {
      const octets = await readInput(file);
      const began = performance.now();
      const { report } = cleaner.clean(octets, contextOf(options), options.policy);
      const ms = performance.now() - began;
      await printLine(options.json ? reportJson(file, octets, report, ms) : summary(file, report));
      if (report.result === 'error') complain(`${file}: cleaning failed, this is a fault of mailsluice`);
      codes.push(report.result === 'error' ? errorCatalogue.E_BUG.exit : 0);
    } catch (error) {
      codes.push(failed(error));
    }
    shown.step();
  }
  shown.end();
  return firstFailure(codes);
}

export function registerScan(program: Command, finish: (code: number) => void): void {
  withMessageOptions(program.command('scan'))
    .description('say what `clean` would do, a line a message; change nothing')
    .argument('[file...]', 'messages; - or nothing: standard input')
    .option('--json', 'a JSON object a line')
    .action(async (files: readonly string[], options: ScanOptions) => finish(await scan(files, options)));
}
