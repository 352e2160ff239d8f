import type { Command } from 'commander';
import { checkPublished, keyRecord } from '../auth/index.ts';
import type { DnsRecord, Published } from '../auth/index.ts';
import type { Settings } from '../config/index.ts';
import { AppError } from '../errors.ts';
import { settingsFor, withConfig } from './options.ts';
import { printLine } from './output.ts';

/** A TXT value as a zone file takes it: strings of at most 255 octets. */
function zoneLine({ name, type, value }: DnsRecord): string {
  const strings = value.match(/.{1,255}/g) ?? [];
  return `${name}. IN ${type} ( ${strings.map((text) => `"${text}"`).join(' ')} )`;
}

function verdict(published: Published): string {
  switch (published.kind) {
    case 'matches':
      return 'published as it must be';
    case 'differs':
      return 'another key is published under this name: receivers will not believe our seal';
    case 'absent':
      return 'not published yet: receivers will not believe our seal';
    case 'unknown':
      return `cannot be looked up (${published.why})`;
  }
}

/** What `check` says about the sealing key; undefined where there is nothing to seal with, or all is well. */
export async function sealWarning({ auth }: Settings): Promise<string | undefined> {
  if (auth.arc === undefined) return undefined;
  const record = keyRecord(auth.arc);
  const published = await checkPublished(record, auth.dnsServer);
  return published.kind === 'matches' ? undefined : `${record.name}: ${verdict(published)}`;
}

async function dns(domain: string, options: { readonly config?: string }): Promise<number> {
  const { auth } = await settingsFor(options.config, false);
  if (auth.arc === undefined) {
    throw new AppError(
      'E_CONFIG',
      'there is no auth.arc in the configuration, so that nothing has to be published',
    );
  }
  if (auth.arc.domain !== domain.toLowerCase()) {
    throw new AppError('E_USAGE', `auth.arc seals for ${auth.arc.domain}, not for ${domain}`);
  }
  const record = keyRecord(auth.arc);
  await printLine(zoneLine(record));
  await printLine(`; ${verdict(await checkPublished(record, auth.dnsServer))}`);
  return 0;
}

export function registerDns(program: Command, finish: (code: number) => void): void {
  withConfig(program.command('dns'))
    .argument('<domain>', 'domain that we seal for')
    .description('print the DNS records to publish for the sealing key, and whether they are')
    .action(async (domain: string, options: { readonly config?: string }) =>
      finish(await dns(domain, options)),
    );
}
