import type { Command } from 'commander';

interface TryOptions {
  readonly port: string;
  readonly mailboxPort: string;
  readonly once?: boolean;
}

export function registerTry(program: Command, finish: (code: number) => void): void {
  program
    .command('try')
    .description('the demo: a newsletter goes through mailsluice into a mailbox that exists only here')
    .option('--port <port>', 'port of mailsluice on 127.0.0.1', '2525')
    .option('--mailbox-port <port>', 'port of the mailbox on 127.0.0.1 (0: any free one)', '0')
    .option('--once', 'end after the sample instead of serving until Ctrl-C')
    .action(async (options: TryOptions) => {
      // Loaded only here: the commands on files start faster without sockets.
      const { runDemo } = await import('../demo/index.ts');
      finish(await runDemo(options));
    });
}
