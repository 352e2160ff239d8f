import { describe, expect, it } from 'vitest';
import { duplicateIds, parseRulePack, problemText } from '../../src/rules/index.ts';

const head = `- id: a.open
  kind: pixel
  operator: A
  source: test
`;
const body = `  match: { hosts: [a.example] }
  must: ['https://a.example/']
`;

function problemsOf(yaml: string): readonly string[] {
  return parseRulePack(yaml, 'my.yaml').problems.map(problemText);
}

describe('what is wrong with a rule pack is said with file, line, column and what was meant', () => {
  it.each([
    ['no rule at all', 'hello', ['my.yaml:1:1: a rule pack must be a list of rules']],
    ['a mapping', 'id: a', ['my.yaml:1:1: a rule pack must be a list of rules']],
    ['a text in the list', '- hello', ['my.yaml:1:3: a rule must be a mapping that begins with `- id: …`']],
    [
      'no kind',
      '- id: a.open',
      ['my.yaml:1:3: `kind` is missing: one of `pixel`, `redirect`, `opaque`, `keep`, `param`'],
    ],
    [
      'an unknown kind',
      '- id: a.open\n  kind: pixle',
      [
        'my.yaml:2:9: unknown kind `pixle`: it must be one of `pixel`, `redirect`, `opaque`, `keep`, `param`; did you mean `pixel`?',
      ],
    ],
    [
      'an unknown key',
      `${head}${body}  must_nott: []\n`,
      ['my.yaml:7:3: rule `a.open`: unknown key `must_nott`; did you mean `must_not`?'],
    ],
    [
      'an unknown key inside',
      `${head}  match:\n    hsots: [a.example]\n  must: ['https://a.example/']\n`,
      ['my.yaml:6:5: rule `a.open`: unknown key `hsots` in `match`; did you mean `hosts`?'],
    ],
    [
      'an unknown key that is near nothing',
      `${head}${body}  colour: red\n`,
      ['my.yaml:7:3: rule `a.open`: unknown key `colour`'],
    ],
    [
      'a text for a list',
      `${head}  match: { hosts: a.example }\n  must: ['https://a.example/']\n`,
      ['my.yaml:5:19: rule `a.open`: `match.hosts` must be a list, here stands the text `a.example`'],
    ],
    [
      'a number for a text',
      `- id: a.open\n  kind: pixel\n  operator: 42\n  source: test\n${body}`,
      ['my.yaml:3:13: rule `a.open`: `operator` must be a text, here stands `42`'],
    ],
    [
      'no vectors',
      `${head}  match: { hosts: [a.example] }\n`,
      ['my.yaml:1:3: rule `a.open`: `must` is missing'],
    ],
    [
      'empty vectors',
      `${head}  match: { hosts: [a.example] }\n  must: []\n`,
      ['my.yaml:6:9: rule `a.open`: `must` must not be empty'],
    ],
    [
      'a URL for a host',
      `${head}  match: { hosts: ['https://a.example/x'] }\n  must: ['https://a.example/']\n`,
      [
        'my.yaml:5:20: rule `a.open`: `match.hosts[0]` host pattern `https://a.example/x` must be a host name only, without scheme, port, path or spaces',
      ],
    ],
    [
      'a path without slash',
      `${head}  match: { paths: [open] }\n  must: ['https://a.example/open']\n`,
      [
        'my.yaml:5:20: rule `a.open`: `match.paths[0]` must begin with `/` (or `*`): it is compared with the whole path',
      ],
    ],
    [
      'a rule about everything',
      `${head}  match: { paths: ['/*open*'] }\n  must: ['https://a.example/open']\n`,
      [
        'my.yaml:5:10: rule `a.open`: `match` without `hosts` and `query`, every path must have a whole word between slashes, such as `/track/open/*`',
      ],
    ],
    [
      'a shape that is none',
      `${head}  match: { hosts: [a.example], segments: { '0': octal8 } }\n  must: ['https://a.example/1']\n`,
      [
        'my.yaml:5:49: rule `a.open`: `match.segments.0` `octal8` is no token shape: an alphabet (digits, lower, upper, letters, hex, hexdash, alnum, dotted, base32, base64, base64url, any, uuid) and a least length, such as `hex16`',
      ],
    ],
    [
      'a bad id',
      `- id: A Open\n  kind: pixel\n  operator: A\n  source: test\n${body}`,
      [
        'my.yaml:1:7: rule `A Open`: `id` must be lower case words with dots between them, such as `mailchimp.open`',
      ],
    ],
    [
      'an id twice',
      `${head}${body}${head}${body}`,
      ['my.yaml:7:3: duplicate id `a.open`: line 1 has it, too'],
    ],
    [
      'an unknown decode step',
      `- id: a.r\n  kind: redirect\n  operator: A\n  source: test\n  match: { hosts: [a.example] }\n  decode:\n    - { quer: u }\n    - { split: '.', inde: 1 }\n  must: [{ url: 'https://a.example/?u=x', to: x }]\n`,
      [
        'my.yaml:7:7: rule `a.r`: `decode[0]`: unknown decode step `quer`; did you mean `query`?',
        'my.yaml:8:7: rule `a.r`: `decode[1]`: `index` is missing',
        'my.yaml:8:7: rule `a.r`: `decode[1]`: unknown key `inde`; did you mean `index`?',
      ],
    ],
    [
      'a redirect vector without destination',
      `- id: a.r\n  kind: redirect\n  operator: A\n  source: test\n  match: { hosts: [a.example] }\n  decode: [{ query: u }]\n  must: ['https://a.example/?u=x']\n`,
      [
        'my.yaml:7:10: rule `a.r`: `must[0]` must be a mapping (`key: value`), here stands the text `https://a.example/?u=x`',
      ],
    ],
  ])('%s', (_, yaml, expected) => {
    expect(problemsOf(yaml)).toEqual(expected);
  });

  it('names the line of broken YAML', () => {
    expect(problemsOf('- id: a\n  kind: [pixel\n')[0]).toMatch(/^my\.yaml:[23]:\d+: /);
    expect(problemsOf('- id: a\n\t kind: pixel\n')[0]).toMatch(/^my\.yaml:[12]:\d+: /);
  });

  it('finds an id that two files share', () => {
    const one = parseRulePack(`${head}${body}`, 'one.yaml').rules;
    const two = parseRulePack(`# mine\n${head}${body}`, 'two.yaml').rules;
    expect(duplicateIds([...one, ...two]).map(problemText)).toEqual([
      'two.yaml:2:3: duplicate id `a.open`: one.yaml:1 has it, too',
    ]);
  });

  it('keeps the sound rules of a pack with problems', () => {
    const { rules, problems } = parseRulePack(`${head}${body}- id: b\n  kind: x\n`, 'my.yaml');
    expect(rules.map(({ id }) => id)).toEqual(['a.open']);
    expect(problems).toHaveLength(1);
  });

  it.each(['', '# nothing yet\n', '[]'])('%j is an empty pack', (yaml) => {
    expect(parseRulePack(yaml, 'my.yaml')).toEqual({ rules: [], problems: [] });
  });

  it('does not follow an alias bomb', () => {
    const bomb = [
      '- &a [x]',
      ...'bcdefghijk'
        .split('')
        .map(
          (name, at) => `- &${name} [*${'abcdefghijk'[at]}, *${'abcdefghijk'[at]}, *${'abcdefghijk'[at]}]`,
        ),
    ];
    expect(problemsOf(bomb.join('\n')).length).toBeGreaterThan(0);
  });
});
