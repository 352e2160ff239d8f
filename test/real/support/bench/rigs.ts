import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startMailsluice, unitEnvironment } from '../mailsluice.ts';
import { startPostfix } from '../postfix.ts';
import { accepts, freePorts, makeFolder, program, run, until } from '../tools.ts';

/** Something that takes mail on `port` and hands it on to the sink. */
export interface Rig {
  readonly name: string;
  readonly port: number;
  /** Root of its processes; undefined where there is nothing between. */
  readonly pid: number | undefined;
  /** Resolves when all that was taken has been handed on. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const settled = async (): Promise<void> => undefined;

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exit;
  clearTimeout(hard);
}

/** Debian's smtp-sink: takes everything and keeps nothing. It offers XCLIENT, but answers it with 250 in place of a greeting: off (`-C`). */
export async function startSink(): Promise<Rig> {
  const [port = 0] = await freePorts(1);
  const child = spawn(
    program('smtp-sink'),
    ['-u', 'nobody', '-C', '-F', '-m', '1000', `127.0.0.1:${port}`, '1000'],
    { stdio: 'ignore' },
  );
  await until('smtp-sink listens', async () => (await accepts(port)) || undefined);
  return { name: 'nothing', port, pid: undefined, settle: settled, stop: () => ended(child, 'SIGTERM') };
}

export async function mailsluiceRig(
  name: string,
  mode: 'off' | 'clean',
  sink: number,
  workers: string,
): Promise<Rig> {
  const [port = 0] = await freePorts(1);
  const yaml = `listeners:
  - smtp: 127.0.0.1:${port}
    mode: after-queue
    next_hop: { smtp: 127.0.0.1:${sink}, tls: off, pool_size: 100 }
policies: { default: { mode: ${mode} } }
limits: { connections_per_client: 1000 }
log: { level: error }
metrics: { listen: off }
workers: ${workers}
`;
  const sluice = await startMailsluice(yaml, [port], unitEnvironment());
  return { name, port, pid: sluice.pid, settle: settled, stop: async () => void (await sluice.stop()) };
}

export async function postfixRig(sink: number): Promise<Rig> {
  const [port = 0] = await freePorts(1);
  const postfix = await startPostfix({
    listeners: [{ port, options: ['smtpd_client_connection_count_limit=0'] }],
    mailboxes: ['nobody@front.example'],
    main: [
      'relay_domains = uni.example',
      `transport_maps = inline:{uni.example=relay:[127.0.0.1]:${sink}}`,
      'message_size_limit = 50000000',
      'mynetworks = 127.0.0.0/8',
      'relay_destination_concurrency_limit = 100',
    ],
  });
  const pid = Number(await readFile(join(postfix.folder, 'queue/pid/master.pid'), 'latin1'));
  return {
    name: 'Postfix relay',
    port,
    pid,
    settle: async () => {
      await until('the queue is empty', async () => (await postfix.queued()) === 0 || undefined, 120_000);
    },
    stop: () => postfix.stop(),
  };
}

/** Haraka as npm has it, into a folder of the bench's own; undefined (with the reason printed) where that fails. */
export async function harakaRig(sink: number, folder: string): Promise<Rig | undefined> {
  const [port = 0] = await freePorts(1);
  await mkdir(folder, { recursive: true });
  const bin = join(folder, 'node_modules/haraka/bin/haraka');
  if (!(await exists(bin))) {
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
    const flags = ['--no-audit', '--no-fund', '--omit=optional', '--prefix', folder];
    const got = await run('npm', ['install', ...flags, 'haraka@3'], undefined, 180_000);
    if (got.code !== 0 || !(await exists(bin))) {
      console.warn(`skipped: Haraka cannot be installed (${got.stderr.trim().split('\n').at(-1)})`);
      return undefined;
    }
  }
  const home = await makeFolder('haraka');
  const config = join(home.path, 'config');
  // As `haraka -i` would lay it out: it does not start without a connection.ini of its own.
  const installed = join(folder, 'node_modules/haraka/config');
  await cp(installed, config, { recursive: true });
  for (const name of ['queue', 'plugins']) await mkdir(join(home.path, name));
  const connection = await readFile(join(installed, 'connection.ini'), 'utf8');
  const files = {
    // The sink takes any recipient; somebody has to say so.
    '../plugins/anybody.js': 'exports.hook_rcpt = (next) => next(OK);\n',
    plugins: 'queue/smtp_proxy\nanybody\n',
    'smtp.ini': `listen=127.0.0.1:${port}\n`,
    'smtp_proxy.ini': `host=127.0.0.1\nport=${sink}\n`,
    loglevel: 'CRIT\n',
    'log.ini': '[main]\nlevel=crit\n',
    'connection.ini': connection
      .replace(/^bytes=\d+/m, 'bytes=50000000')
      .replace(/^line_length=\d+/m, 'line_length=2000')
      .replace(/^data_line_length=\d+/m, 'data_line_length=2000'),
    me: 'mx.uni.example\n',
    host_list: 'uni.example\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(config, name), text);
  const child = spawn(process.execPath, [bin, '-c', home.path], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HARAKA: home.path },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-2_000);
    });
  }
  const stop = async (): Promise<void> => {
    await ended(child, 'SIGTERM');
    await home.remove();
  };
  try {
    await until('Haraka listens', async () => {
      if (child.exitCode !== null) throw new Error('it ended');
      return (await accepts(port)) || undefined;
    });
  } catch {
    await stop();
    console.warn(`skipped: Haraka does not start (${output.trim()})`);
    return undefined;
  }
  return { name: 'Haraka relay', port, pid: child.pid, settle: settled, stop };
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
