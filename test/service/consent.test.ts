import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSettings, problemText } from '../../src/config/index.ts';
import type { Settings } from '../../src/config/index.ts';
import type { MessageFilter } from '../../src/smtp/index.ts';
import { createCleaner, loadRules } from '../../src/service/cleaning.ts';
import { createFilter } from '../../src/service/index.ts';
import { folderWith } from '../config/support/folder.ts';
import { filtered } from './support/filtered.ts';

const message = Buffer.from(
  'From: News <news@sender.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n' +
    '<img src="https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789" width=1 height=1>\r\n',
);
const consentFile =
  '# who lets whom measure\nRobin@uni.example sender.example\nkim@uni.example other.example\n';

function settingsOf(
  yaml: string,
  files: Readonly<Record<string, string>> = { consent: consentFile },
): Settings {
  const folder = folderWith(files);
  try {
    writeFileSync(join(folder.path, 'm.yaml'), yaml.replaceAll('HERE', folder.path));
    const loaded = loadSettings(`${folder.path}/m.yaml`, { serving: false, environment: {} });
    if (loaded.kind === 'bad') throw new Error(loaded.problems.map(problemText).join('\n'));
    return loaded.settings;
  } finally {
    folder.remove();
  }
}

const trusted = Buffer.concat([
  Buffer.from('Authentication-Results: mx.uni.example; dmarc=pass header.from=sender.example\r\n'),
  message,
]);
const basic = 'consent: { files: [HERE/consent] }\nauth: { trust: [mx.uni.example] }';
const { set } = await loadRules(settingsOf(basic).clean.rules);

describe('consent', () => {
  const rows: readonly {
    readonly name: string;
    readonly yaml?: string;
    readonly recipients: readonly string[];
    readonly authenticated?: readonly string[];
    readonly expected: { readonly policy: string; readonly result: string };
  }[] = [
    {
      name: 'holds for the reader who gave it, where the sender is authenticated',
      recipients: ['robin@UNI.example'],
      authenticated: ['sender.example'],
      expected: { policy: 'consent', result: 'none' },
    },
    {
      name: 'holds for a domain below the one that was named',
      recipients: ['robin@uni.example'],
      authenticated: ['news.sender.example'],
      expected: { policy: 'consent', result: 'none' },
    },
    {
      name: 'not for a forged sender',
      recipients: ['robin@uni.example'],
      expected: { policy: 'default', result: 'cleaned' },
    },
    {
      name: 'for a forged sender where the configuration says so',
      yaml: `${basic.replace('files', 'unauthenticated: ok, files')}`,
      recipients: ['robin@uni.example'],
      expected: { policy: 'consent', result: 'none' },
    },
    {
      name: 'not for another sender',
      recipients: ['kim@uni.example'],
      authenticated: ['sender.example'],
      expected: { policy: 'default', result: 'cleaned' },
    },
    {
      name: 'in a copy for several only where each of them gave it',
      recipients: ['robin@uni.example', 'sam@uni.example'],
      authenticated: ['sender.example'],
      expected: { policy: 'mixed', result: 'cleaned' },
    },
    {
      name: 'does not switch a report-only site on',
      yaml: `${basic}\npolicies: { default: { mode: report } }`,
      recipients: ['robin@uni.example', 'sam@uni.example'],
      authenticated: ['sender.example'],
      expected: { policy: 'mixed', result: 'observed' },
    },
  ];
  it.each(rows)('$name', ({ yaml = basic, recipients, authenticated = [], expected }) => {
    const cleaner = createCleaner(settingsOf(yaml).clean, set);
    const context = { recipients, sender: 'bounce@sender.example', authenticatedDomains: authenticated };
    expect(cleaner.clean(message, context).report).toMatchObject(expected);
  });

  it('is explained: the line that decided, or why it does not hold', () => {
    const cleaner = createCleaner(settingsOf(basic).clean, set);
    const by = (authenticatedDomains: readonly string[]): string =>
      JSON.stringify(
        cleaner.clean(message, { recipients: ['robin@uni.example'], authenticatedDomains }).choices,
      );
    expect(by(['sender.example'])).toMatch(/consent [^"]*consent:2"/);
    expect(by([])).toMatch(/consent [^"]*consent:2 does not hold: the sender is not authenticated/);
  });

  it('gives readers who consented copies of their own, by whom they consented to', async () => {
    const settings = settingsOf(basic, { consent: `${consentFile}sam@uni.example sender.example\n` });
    const filter = createFilter(settings);
    const envelope = { sender: '', client: { address: '192.0.2.1', name: undefined, helo: 'a' } };
    const group = (reader: string): string => filter.policyFor(`${reader}@uni.example`, envelope);
    expect([group('other'), group('robin'), group('sam'), group('kim')]).toEqual([
      'default',
      'default+1',
      'default+1',
      'default+2',
    ]);
    await filter.retire();
  });

  it('another one holds for what comes from now on, without another thread; what began keeps its own', async () => {
    const before = settingsOf(basic);
    const after = settingsOf(basic, { consent: 'sam@uni.example sender.example\n' });
    const first = createFilter(before);
    const policy = async (filter: MessageFilter, reader: string): Promise<string | undefined> => {
      const facts = {
        policies: ['default'],
        recipients: [`${reader}@uni.example`],
        sender: 'a@sender.example',
      };
      return (await filtered(filter, trusted, facts, 60_000)).report?.policy;
    };
    expect([await policy(first, 'robin'), await policy(first, 'sam')]).toEqual(['consent', 'default']);
    const second = first.withConsent(after.clean.consent);
    expect([await policy(second, 'robin'), await policy(second, 'sam')]).toEqual(['default', 'consent']);
    expect([await policy(first, 'robin'), await policy(first, 'sam')]).toEqual(['consent', 'default']);
    expect([first.threads, second.threads]).toEqual([1, 1]);
    await second.retire();
    expect(first.threads).toBe(0);
  });

  it('reads folders; a line that is none is a warning, not the end of mail', () => {
    const settings = settingsOf('consent: { files: [HERE/people] }', {
      'people/a': 'a@uni.example a.example\nnonsense\na@uni.example *\n',
      'people/.hidden': 'b@uni.example b.example\n',
    });
    expect([...settings.clean.consent.readers.keys()]).toEqual(['a@uni.example']);
    expect(settings.warnings.map(({ message: text }) => text)).toEqual([
      'is no consent; write: reader@uni.example sender.example',
      'is no consent; write: reader@uni.example sender.example',
      'a consent holds only for authenticated senders, and auth.verify is off: it never holds',
    ]);
  });
});
