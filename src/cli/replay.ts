import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { ActionName, CleanContext, Report } from '../clean/index.ts';
import { AppError } from '../errors.ts';
import { fieldText, readMessage } from '../message/index.ts';
import { firstFailure } from './exit-codes.ts';
import { readInput } from './inputs.ts';
import { prepare, withConfig } from './options.ts';
import { failed, printLine, progress } from './output.ts';
import { visible } from './visible.ts';

interface ReplayOptions {
  readonly config?: string;
  readonly against?: string;
}

type Totals = Record<string, number>;

function messagesIn(folder: string): readonly string[] {
  let isFolder = false;
  try {
    isFolder = statSync(folder).isDirectory();
  } catch {
    // Told below, together with what is no folder.
  }
  if (!isFolder) throw new AppError('E_NO_INPUT', `${folder} is no folder that can be read`);
  return globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function tally({ result, counts }: Report): Totals {
  return { [result]: 1, ...counts };
}

function add(totals: Totals, more: Totals): void {
  for (const [name, count] of Object.entries(more)) totals[name] = (totals[name] ?? 0) + count;
}

function told(totals: Totals): string {
  return Object.entries(totals)
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => `${name}=${count}`)
    .join(' ');
}

/** The envelope as delivery wrote it on top of a message in a Maildir, so that `select` chooses as it did when the message came. */
function envelopeOf(octets: Buffer): CleanContext {
  const message = readMessage(octets, { maxParts: 1, maxDepth: 1, nested: 'keep' });
  const first = (...names: readonly string[]): string | undefined => {
    const field = message.fields.find(({ name }) => names.includes(name));
    const address = field === undefined ? '' : fieldText(message, field).trim();
    return address.replace(/^<|>$/g, '') || undefined;
  };
  const recipient = first('x-original-to') ?? first('delivered-to', 'envelope-to');
  const sender = first('return-path');
  return {
    ...(recipient === undefined ? {} : { recipients: [recipient] }),
    ...(sender === undefined ? {} : { sender }),
  };
}

/** Before and after of a finding, or the whole of what stays. */
function became(action: ActionName, before: string, after: string): string {
  const short = (text: string): string => visible(text).slice(0, 200);
  if (action === 'kept') return short(before);
  return `${short(before)} -> ${after === '' ? '(nothing)' : short(after)}`;
}

function messages(count: number): string {
  return `${count} ${count === 1 ? 'message' : 'messages'}`;
}

/** What one report says otherwise than the other: the whole, then finding by finding. */
function differences(before: Report, after: Report): readonly string[] {
  const keys = ({ findings }: Report): ReadonlySet<string> =>
    new Set(
      findings.map(
        ({ finding, action, span, before, after: text }) =>
          `${finding.kind} ${action} at ${span.start}-${span.end}${finding.rule === undefined ? '' : ` rule ${finding.rule}`}: ${became(action, before, text)}`,
      ),
    );
  const [was, is] = [keys(before), keys(after)];
  const whole = ({ result, policy }: Report): string => `result=${result} policy=${policy}`;
  return [
    ...(whole(before) === whole(after) ? [] : [`  - ${whole(before)}`, `  + ${whole(after)}`]),
    ...[...was].filter((key) => !is.has(key)).map((key) => `  - ${key}`),
    ...[...is].filter((key) => !was.has(key)).map((key) => `  + ${key}`),
  ];
}

/** Cleans every message of a folder in mind only; with `--against`, by two configurations, and tells the differences. */
async function replay(folder: string, options: ReplayOptions): Promise<number> {
  const running = await prepare({ ...options, recipient: [] });
  const other =
    options.against === undefined ? undefined : await prepare({ config: options.against, recipient: [] });
  const files = messagesIn(folder);
  const totals: Totals = {};
  const otherTotals: Totals = {};
  const shown = progress(files.length);
  const codes: number[] = [];
  let changed = 0;
  for (const file of files) {
    try {
      const octets = await readInput(file);
      const context = envelopeOf(octets);
      const { report } = running.cleaner.clean(octets, context);
      add(totals, tally(report));
      if (other === undefined) await printLine(`${visible(file)}: ${told(tally(report))}`);
      else {
        const next = other.cleaner.clean(octets, context).report;
        add(otherTotals, tally(next));
        const lines = differences(report, next);
        if (lines.length > 0) {
          changed += 1;
          await printLine([visible(file), ...lines].join('\n'));
        }
      }
      codes.push(0);
    } catch (error) {
      codes.push(failed(error));
    }
    shown.step();
  }
  shown.end();
  await printLine(`${messages(files.length)}: ${told(totals)}`);
  if (other !== undefined) {
    const differ = `${messages(changed)} ${changed === 1 ? 'differs' : 'differ'}`;
    await printLine(`against:  ${told(otherTotals)}; ${differ}`);
  }
  return firstFailure(codes);
}

export function registerReplay(program: Command, finish: (code: number) => void): void {
  withConfig(program.command('replay'))
    .description('go through a Maildir or folder and say what would be done; nothing is sent or written')
    .argument('<dir>', 'folder of messages')
    .option('--against <file>', 'another configuration: tell what it would change')
    .action(async (folder: string, options: ReplayOptions) => finish(await replay(folder, options)));
}
