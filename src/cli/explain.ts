import type { Command } from 'commander';
import { errorCatalogue } from '../errors.ts';
import { originOf } from '../rules/index.ts';
import type { LoadedRules } from '../service/cleaning.ts';
import { firstFailure } from './exit-codes.ts';
import { explainText } from './explain-text.ts';
import type { RuleOrigin } from './explain-text.ts';
import { explainUrl } from './explain-url.ts';
import { filesOrStdin, readInput } from './inputs.ts';
import { nearMisses } from './near-misses.ts';
import { contextOf, prepare, withMessageOptions } from './options.ts';
import type { MessageOptions } from './options.ts';
import { failed, paint, writeOut } from './output.ts';

/** Message-ID is looked for this far into the message. */
const maxHeaderBytes = 65_536;

interface ExplainOptions extends MessageOptions {
  readonly url?: string;
}

function origins({ rules }: LoadedRules): RuleOrigin {
  const byId = new Map(rules.toReversed().map((rule) => [rule.id, rule]));
  return (id) => {
    const rule = byId.get(id);
    const origin = rule === undefined ? undefined : originOf(rule);
    return origin === undefined ? undefined : `${origin.file}:${origin.line}`;
  };
}

/** How the log names the message; undefined where no key is configured. */
async function loggedAs(octets: Buffer, key: string): Promise<string | undefined> {
  if (key === '') return undefined;
  // Loaded only here: the other commands on files start faster without sockets.
  const { messageIdHash } = await import('../smtp/index.ts');
  return messageIdHash(octets.subarray(0, maxHeaderBytes), key);
}

async function explain(files: readonly string[], options: ExplainOptions): Promise<number> {
  const { cleaner, rules, settings } = await prepare(options, true);
  const context = { paint: paint(), originOf: origins(rules) };
  if (options.url !== undefined) {
    await writeOut(explainUrl(options.url, rules.set, cleaner, options.policy, context));
    return 0;
  }
  const codes: number[] = [];
  for (const file of filesOrStdin(files)) {
    try {
      const octets = await readInput(file);
      const cleaned = cleaner.clean(octets, contextOf(options), options.policy);
      await writeOut(
        explainText(file, octets.length, cleaned, context, {
          misses: nearMisses(octets, cleaned.report, settings, rules.rules),
          messageId: await loggedAs(octets, settings.messageIdKey),
        }),
      );
      codes.push(cleaned.report.result === 'error' ? errorCatalogue.E_BUG.exit : 0);
    } catch (error) {
      codes.push(failed(error));
    }
  }
  return firstFailure(codes);
}

export function registerExplain(program: Command, finish: (code: number) => void): void {
  withMessageOptions(program.command('explain'))
    .description('tell a person what was found in a message, why, and what decided')
    .argument('[file...]', 'messages; - or nothing: standard input')
    .option('--url <url>', 'explain a URL instead of a message')
    .action(async (files: readonly string[], options: ExplainOptions) =>
      finish(await explain(files, options)),
    );
}
