import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manPages } from '../house/man.ts';

const root = new URL('../../', import.meta.url);
const pages = await manPages();

describe('the man pages', () => {
  it.each(pages)('config/man/$file is what the definitions give (npm run build:man)', ({ file, text }) => {
    expect(readFileSync(new URL(`config/man/${file}`, root), 'utf8')).toBe(text);
  });

  it('are installed with the package', () => {
    const { man } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      readonly man: unknown;
    };
    expect(man).toEqual(pages.map(({ file }) => `config/man/${file}`));
  });

  it('name every command and every key', () => {
    const [commands = '', keys = ''] = pages.map(({ text }) => text.replaceAll('\\-', '-'));
    for (const name of ['serve', 'clean', 'config dump', 'replay', 'healthcheck'])
      expect(commands).toContain(`.SS \\fB${name}\\fR`);
    for (const key of ['listeners[].next_hop.verifies', 'policies.NAME.thresholds.pixels', 'allow[].until'])
      expect(keys).toContain(`\\fB${key}\\fR`);
    expect(keys).toContain('(possible, probable, certain; default: probable)');
  });
});
