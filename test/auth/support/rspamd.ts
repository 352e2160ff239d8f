import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepts, freePorts, makeFolder, program, until } from '../../real/support/tools.ts';

export interface Rspamd {
  /** Names of the symbols that it gives a message, with their options. */
  check(octets: Buffer): Promise<ReadonlyMap<string, readonly string[]>>;
  end(): Promise<void>;
}

/**
 * A private rspamd on loopback that checks DKIM, DMARC and ARC and nothing else, asks `nameServer` (`127.0.0.1:port`) and takes a seal of
 * `trustedSealer` as proof: the settings that src/auth/README.md tells administrators to write.
 */
export async function startRspamd(nameServer: string, trustedSealer: string): Promise<Rspamd> {
  const { path: folder, remove } = await makeFolder('rspamd');
  const [port] = (await freePorts(1)) as [number];
  const config = join(folder, 'rspamd.conf');
  await writeFile(
    config,
    `
options {
  pidfile = "${folder}/pid";
  filters = "dkim";
  dns { nameserver = ["${nameServer}:10"]; timeout = 2s; retransmits = 3; sockets = 1; }
  local_addrs = [];
  tempdir = "${folder}";
  url_tld = "/usr/share/rspamd/effective_tld_names.dat";
  cache_file = "${folder}/symbols.cache";
  history_file = "${folder}/history";
  hs_cache_dir = "${folder}";
  control_socket = "${folder}/control.sock mode=0600";
}
logging { type = "console"; level = "notice"; }
worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; }
modules {
  path = "/usr/share/rspamd/plugins/arc.lua";
  path = "/usr/share/rspamd/plugins/dmarc.lua";
  path = "/usr/share/rspamd/plugins/spf.lua";
}
dkim { }
spf { }
dmarc { }
arc { whitelisted_signers_map = ["${trustedSealer}"]; adjust_dmarc = true; }
`,
  );
  const child = spawn(program('rspamd'), ['-f', '--insecure', '-c', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exited = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', () => resolve());
  });
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
    await remove();
  };
  const ready = await until('rspamd listens', async () => (await accepts(port)) || undefined, 60_000).catch(
    () => false,
  );
  if (!ready) {
    await end();
    throw new Error(`rspamd did not start: ${said}`);
  }
  return {
    check: async (octets) => {
      const answer = await fetch(`http://127.0.0.1:${port}/checkv2`, {
        method: 'POST',
        headers: { ip: '192.0.2.77', helo: 'mx.uni.example', from: 'news@sender.example' },
        body: new Uint8Array(octets),
      });
      const { symbols } = (await answer.json()) as {
        readonly symbols: Readonly<Record<string, { readonly options?: readonly string[] }>>;
      };
      return new Map(Object.entries(symbols).map(([name, { options }]) => [name, options ?? []]));
    },
    end,
  };
}
