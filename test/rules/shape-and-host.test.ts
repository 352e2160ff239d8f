import { describe, expect, it } from 'vitest';
import { compileShape, hostMatches } from '../../src/rules/index.ts';
import { hostPatternFault } from '../../src/rules/host-pattern.ts';

describe('token shapes', () => {
  it.each([
    ['hex8', '0123abCD', true],
    ['hex8', '0123abc', false],
    ['hex8', '0123abcg', false],
    ['hex8-8', '0123abcd0', false],
    ['hex8.gif', '0123abcd.gif', true],
    ['hex8.gif', 'abc.gif', false],
    ['hex8.gif', '0123abcd.png', false],
    ['digits1-3', '123', true],
    ['digits1-3', '', false],
    ['base64url4', 'ab-_', true],
    ['base64url4', 'ab+/', false],
    ['base644', 'ab+/', true],
    ['alnum3', 'aB3', true],
    ['alnum3', 'a.b', false],
    ['dotted3', 'a.b', true],
    ['hexdash5', '12-ab', true],
    ['base324', 'PMRG', true],
    ['uuid', '00000000-0000-4000-8000-00000000000a', true],
    ['uuid', '00000000-0000-4000-8000-00000000000', false],
    ['any1', 'é', true],
  ])('%s against %s: %s', (shape, token, expected) => {
    expect(compileShape(shape)?.(token)).toBe(expected);
  });

  it.each(['hex', 'hex0', 'hex8-4', 'octal8', '8', '', 'hex8.', 'hex 8'])('%s is no shape', (shape) => {
    expect(compileShape(shape)).toBeUndefined();
  });
});

describe('host patterns', () => {
  it.each([
    ['example.com', 'example.com', true],
    ['example.com', 'a.example.com', false],
    ['Example.COM', 'example.com', true],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'badexample.com', false],
    ['us*.example.com', 'us12.example.com', true],
    ['us*.example.com', 'us12.a.example.com', false],
    ['sli.*.*', 'sli.example.com', true],
    ['sli.*.*', 'sli.example.co.uk', false],
    ['www.amazon.*', 'www.amazon.nl', true],
    ['www.amazon.*', 'www.amazon.evil.com', false],
  ])('%s against %s: %s', (pattern, host, expected) => {
    expect(hostMatches(pattern, host)).toBe(expected);
  });

  it.each([
    ['', 'is empty'],
    ['https://example.com', 'must be a host name only'],
    ['example.com/x', 'must be a host name only'],
    ['*.com', 'too many hosts'],
    ['*', 'at least two labels'],
    ['*.*', 'too many hosts'],
    ['a..com', 'empty label'],
    ['**.example.com', '`**`'],
    ['münchen.de', 'xn--'],
  ])('%s is refused: %s', (pattern, fault) => {
    expect(hostPatternFault(pattern)).toContain(fault);
  });
});
