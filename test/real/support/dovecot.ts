import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownedFolder } from './postfix.ts';
import { accepts, byDelivery, freePorts, makeFolder, program, until } from './tools.ts';

export interface Dovecot {
  readonly folder: string;
  readonly lmtpPort: number;
  readonly lmtpPath: string;
  mailbox(user: string): Promise<readonly Buffer[]>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** A private Dovecot that speaks LMTP on a loopback port and a UNIX socket, for the users given. Needs root. */
export async function startDovecot(users: readonly string[]): Promise<Dovecot> {
  const { path: folder, remove } = await makeFolder('dovecot');
  const [lmtpPort] = (await freePorts(1)) as [number];
  const config = join(folder, 'dovecot.conf');
  const log = join(folder, 'dovecot.log');
  await mkdir(join(folder, 'run'), { mode: 0o755 });
  await ownedFolder(join(folder, 'mail'), 'nobody');
  await writeFile(
    join(folder, 'users'),
    users.map((user) => `${user}:{plain}x:65534:65534::${folder}/mail/${user}::\n`).join(''),
  );
  await writeFile(
    config,
    `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${log}
protocols = lmtp
ssl = no
mail_location = maildir:~/Maildir
first_valid_uid = 1
mail_fsync = never
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = passwd-file
  args = ${folder}/users
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
  unix_listener ${folder}/lmtp {
    mode = 0666
  }
}
`,
  );
  const text = async (): Promise<string> => readFile(log, 'utf8').catch(() => '');
  // In the foreground: the daemon would keep our pipes, and this way it is our own child.
  const child = spawn(program('dovecot'), ['-F', '-c', config], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
    await remove();
  };
  const listening = await until('Dovecot listens', async () => (await accepts(lmtpPort)) || undefined).catch(
    () => false,
  );
  if (!listening) {
    const said = await text();
    await stop();
    throw new Error(`dovecot did not start: ${said}`);
  }
  return {
    folder,
    lmtpPort,
    lmtpPath: join(folder, 'lmtp'),
    log: text,
    mailbox: async (user) => {
      const path = join(folder, 'mail', user, 'Maildir/new');
      const names = (await readdir(path).catch(() => [])).sort(byDelivery);
      return Promise.all(names.map((name) => readFile(join(path, name))));
    },
    stop,
  };
}
