import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { createCleaner, loadRules } from '../service/cleaning.ts';
import { startService } from '../service/index.ts';
import { startMailbox } from './mailbox.ts';
import { sampleNewsletter, sendSample } from './send.ts';
import { demoSettings } from './settings.ts';
import { fieldOf, hintsFor, storyOf } from './show.ts';

export interface DemoOptions {
  /** Ports on 127.0.0.1, as written on the command line. */
  readonly port: string;
  readonly mailboxPort: string;
  /** End after the sample. */
  readonly once?: boolean;
  readonly print?: (text: string) => void;
}

function portOf(text: string, option: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new AppError(
    'E_USAGE',
    `${option} ${text} is no port number`,
    'Write a number from 0 to 65535; 0 is any free port.',
  );
}

/** Waits for Ctrl-C (or SIGTERM). */
function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/**
 * The demo: mailbox and relay on loopback, the sample newsletter through both over real sockets, and the story of it. Answers with the exit
 * code after Ctrl-C, or at once with `once`.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const print = options.print ?? ((text: string) => void process.stdout.write(`${text}\n`));
  const port = portOf(options.port, '--port');
  const mailboxPort = portOf(options.mailboxPort, '--mailbox-port');
  const folder = await mkdtemp(join(tmpdir(), 'mailsluice-demo-'));
  let isSample = true;
  let stored = '';
  const mailbox = await startMailbox(folder, mailboxPort, (file) => {
    stored = file;
    if (!isSample) print(`A message arrived: ${file}`);
  });
  const settings = demoSettings(port, mailbox.port);
  const service = await startService(settings).catch(async (error: unknown) => {
    await mailbox.close();
    if (error instanceof AppError && error.code === 'E_ADDRESS_IN_USE') {
      throw new AppError(
        error.code,
        `port ${port} on 127.0.0.1 is in use`,
        'Choose another one: npm start -- --port 2526',
      );
    }
    throw error;
  });
  try {
    const [address] = service.addresses;
    const listening = address?.kind === 'tcp' ? address.port : port;
    const raw = sampleNewsletter();
    const reply = await sendSample(listening, raw);
    // The story's details: the same message through the same function, whose report has the places that the relay does not keep.
    const cleaner = createCleaner(settings.clean, (await loadRules(settings.clean.rules)).set);
    const { report } = cleaner.clean(raw, {
      recipients: ['robin@uni.example'],
      sender: 'courier@news.example.org',
    });
    const header = fieldOf(await readFile(stored), settings.clean.headerName);
    print(storyOf({ port: listening, file: stored, reply, header, findings: report.findings }));
    isSample = false;
    if (options.once) return 0;
    print(hintsFor(listening, folder));
    await untilInterrupted();
    return 0;
  } finally {
    await service.drain();
    await mailbox.close();
  }
}
