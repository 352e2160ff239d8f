import { Option } from 'commander';
import type { Command } from 'commander';
import { withConfig } from './options.ts';

interface ServeOptions {
  readonly config?: string;
  readonly logFormat?: 'json' | 'pretty';
}

export function registerServe(program: Command, finish: (code: number) => void): void {
  withConfig(program.command('serve'))
    .description(
      'listen and relay; SIGHUP reads the configuration again, SIGTERM ends after running transactions',
    )
    .addOption(
      new Option('--log-format <format>', 'instead of log.format in the configuration').choices([
        'json',
        'pretty',
      ]),
    )
    .action(async (options: ServeOptions) => {
      // Loaded only here: the commands on files start faster without sockets and metrics.
      const { serve } = await import('./serve-command.ts');
      finish(await serve(options));
    });
}
