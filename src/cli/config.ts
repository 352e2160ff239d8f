import type { Command } from 'commander';
import { dumpConfig } from '../config/index.ts';
import { settingsFor, withConfig } from './options.ts';
import { writeOut } from './output.ts';

export function registerConfig(program: Command, finish: (code: number) => void): void {
  const group = program.command('config').description('look at the configuration');
  withConfig(group.command('dump'))
    .description('print the configuration that holds, every key, secrets hidden')
    .action(async (options: { readonly config?: string }) => {
      await writeOut(dumpConfig(await settingsFor(options.config, false)));
      finish(0);
    });
}
