import { describe, expect, it } from 'vitest';
import { cleanMessage } from '../../src/clean/index.ts';
import { compiledPolicy } from '../support/compiled.ts';

const compiled = compiledPolicy();
const first = '<img src="https://a.example/first.png" width="600" height="200">';
const late = '<img src="https://a.example/late.png" width="600" height="200">';
const script = '<script src="https://a.example/late.js"></script>';

function images(count: number): string {
  return Array.from(
    { length: count },
    (_, at) => `<img src="https://a.example/${at}.png" width="9" height="9">`,
  ).join('');
}

function clean(body: string): { readonly html: string; readonly acted: readonly string[] } {
  const head = 'MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n';
  const { octets, report } = cleanMessage(Buffer.from(`${head}${body}\r\n`), {}, compiled);
  const acted = report.findings.filter(({ action }) => action !== 'kept');
  const text = octets.toString();
  return {
    html: text.slice(text.indexOf(head) + head.length),
    acted: acted.flatMap(({ finding }) => finding.evidence.map(({ name }) => name)),
  };
}

describe('loads of more URLs than anybody writes', () => {
  it('10,000 are judged, each by itself', () => {
    expect(clean(first + images(9_998) + late + script).acted).toEqual([]);
  });

  it('go behind them, but for what was judged before', () => {
    const front = first + images(9_999);
    const { html, acted } = clean(front + late + first + script + late);
    const bare = late.replace('src="https://a.example/late.png"', '');
    expect(html).toBe(`${front}${bare}${first}${script}${bare}\r\n`);
    expect(acted).toEqual(['crowd', 'crowd']);
    expect(clean(html).acted).toEqual([]);
  });

  it('one element with as many goes whole', () => {
    const urls = Array.from({ length: 10_001 }, (_, at) => `https://a.example/${at}.png ${at + 1}w`);
    expect(clean(`<img srcset="${urls.join(', ')}">${first}`).acted).toEqual(['crowd']);
  });
});
