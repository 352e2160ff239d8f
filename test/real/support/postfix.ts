import { chmod, chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byDelivery, makeFolder, run, until } from './tools.ts';

/** An smtpd of the instance: its port and its `-o` settings. */
export interface Listener {
  readonly port: number;
  readonly options?: readonly string[];
}

export interface PostfixOptions {
  readonly listeners: readonly Listener[];
  /** Further lines of main.cf; they win over those below. */
  readonly main?: readonly string[];
  /** Further lines of master.cf. */
  readonly master?: readonly string[];
  /** Addresses delivered into Maildirs under `mail/`. */
  readonly mailboxes?: readonly string[];
}

export interface Postfix {
  readonly folder: string;
  /** Messages in the Maildir of this address, oldest first, as Postfix' virtual(8) wrote them (LF line ends). */
  mailbox(address: string): Promise<readonly Buffer[]>;
  log(): Promise<string>;
  /** Queue files that are not yet delivered. */
  queued(): Promise<number>;
  /** Lets the queue try all again now. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const SERVICES = `
cleanup    unix n - n - 0 cleanup
qmgr       unix n - n 300 1 qmgr
rewrite    unix - - n - - trivial-rewrite
bounce     unix - - n - 0 bounce
defer      unix - - n - 0 bounce
trace      unix - - n - 0 bounce
proxymap   unix - - n - - proxymap
smtp       unix - - n - - smtp
relay      unix - - n - - smtp
lmtp       unix - - n - - lmtp
virtual    unix - n n - - virtual
local      unix - n n - - local
error      unix - - n - - error
retry      unix - - n - - error
discard    unix - - n - - discard
anvil      unix - - n - 1 anvil
scache     unix - - n - 1 scache
tlsmgr     unix - - n 1000? 1 tlsmgr
flush      unix n - n 1000? 0 flush
showq      unix n - n - - showq
postlog    unix-dgram n - n - 1 postlogd
`;

/**
 * Starts a private instance of the installed Postfix in a temporary folder, on loopback ports, with Debian's defaults but for
 * what `main` says. Needs root. The instance is stopped by its own master's pid file.
 */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  const { path: folder, remove } = await makeFolder('postfix');
  const config = join(folder, 'etc');
  for (const name of ['etc', 'queue', 'data', 'log', 'mail'])
    await mkdir(join(folder, name), { mode: 0o755 });
  const { uid, gid } = await userIds('postfix');
  const nobody = await userIds('nobody');
  await chown(join(folder, 'data'), uid, gid);
  await chown(join(folder, 'mail'), nobody.uid, nobody.gid);
  const mailboxes = options.mailboxes ?? ['b@uni.example'];
  const domains = [...new Set(mailboxes.map((address) => address.slice(address.lastIndexOf('@') + 1)))];
  await writeFile(
    join(config, 'main.cf'),
    [
      'compatibility_level = 3.6',
      `queue_directory = ${folder}/queue`,
      `data_directory = ${folder}/data`,
      `maillog_file = ${folder}/log/mail.log`,
      `maillog_file_prefixes = ${folder}`,
      'myhostname = mx.uni.example',
      'mydestination =',
      'local_recipient_maps =',
      'inet_interfaces = 127.0.0.1',
      'inet_protocols = all',
      'alias_maps =',
      'alias_database =',
      'biff = no',
      'disable_vrfy_command = no',
      'smtpd_peername_lookup = no',
      'smtp_dns_support_level = disabled',
      'smtp_tls_security_level = none',
      `virtual_mailbox_domains = ${domains.join(' ')}`,
      `virtual_mailbox_base = ${folder}/mail`,
      `virtual_mailbox_maps = inline:{${mailboxes.map((address) => `{${address}=${address}/}`).join(' ')}}`,
      `virtual_uid_maps = static:${nobody.uid}`,
      `virtual_gid_maps = static:${nobody.gid}`,
      ...(options.main ?? []),
      '',
    ].join('\n'),
  );
  const listeners = options.listeners.map(({ port, options: settings = [] }) =>
    [`127.0.0.1:${port} inet n - n - - smtpd`, ...settings.map((setting) => `  -o ${setting}`)].join('\n'),
  );
  await writeFile(
    join(config, 'master.cf'),
    [...listeners, SERVICES, ...(options.master ?? []), ''].join('\n'),
  );
  const postfix = async (command: string): Promise<string> => {
    const { code, stdout, stderr } = await run('postfix', ['-c', config, command]);
    return code === 0 ? '' : `postfix ${command}: ${code} ${stdout}${stderr}`;
  };
  const log = async (): Promise<string> => readFile(join(folder, 'log/mail.log'), 'utf8').catch(() => '');
  const trouble = await postfix('start');
  if (trouble !== '') {
    const text = await log();
    await postfix('stop');
    await remove();
    throw new Error(`${trouble}\n${text}`);
  }
  return {
    folder,
    log,
    mailbox: async (address) => readMaildir(join(folder, 'mail', address)),
    queued: async () => {
      const counts = await Promise.all(
        ['maildrop', 'incoming', 'active', 'deferred'].map((name) => countFiles(join(folder, 'queue', name))),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    },
    flush: async () => void (await postfix('flush')),
    stop: async () => {
      await postfix('stop');
      await until('Postfix stopped', async () => ((await postfix('status')) === '' ? undefined : true)).catch(
        () => postfix('abort'),
      );
      await remove();
    },
  };
}

async function readMaildir(path: string): Promise<readonly Buffer[]> {
  const found: { readonly name: string; readonly octets: Buffer }[] = [];
  for (const folder of ['new', 'cur']) {
    for (const name of await readdir(join(path, folder)).catch(() => [])) {
      found.push({ name, octets: await readFile(join(path, folder, name)) });
    }
  }
  return found.sort((a, b) => byDelivery(a.name, b.name)).map(({ octets }) => octets);
}

async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).length;
}

async function userIds(name: string): Promise<{ readonly uid: number; readonly gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.split(':');
  if (fields === undefined) throw new Error(`no user ${name}`);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** What virtual(8) delivered, without the fields that Postfix put on top of the message as it came in over SMTP; CRLF line ends. */
export function withoutPostfixFields(octets: Buffer): Buffer {
  let text = octets.toString('latin1').replaceAll('\n', '\r\n');
  const field = /^(?:Return-Path|X-Original-To|Delivered-To|Received):[^\r]*\r\n(?:[ \t][^\r]*\r\n)*/;
  for (let match = field.exec(text); match !== null; match = field.exec(text))
    text = text.slice(match[0].length);
  return Buffer.from(text, 'latin1');
}

/** Makes a folder that the given user owns. */
export async function ownedFolder(path: string, user: string): Promise<void> {
  await mkdir(path, { recursive: true });
  const { uid, gid } = await userIds(user);
  await chown(path, uid, gid);
  await chmod(path, 0o755);
}
