import type { Lookup } from '../../../src/auth/resolver.ts';

export interface Answers {
  readonly lookup: Lookup;
  /** Every question that was asked, `TYPE name`. */
  readonly asked: string[];
}

/** DNS as a function: TXT records by name; what is not there does not exist; a record of `!CODE` is trouble of that code. */
export function answers(records: Readonly<Record<string, string>>): Answers {
  const asked: string[] = [];
  const failed = (code: string): Error => Object.assign(new Error(code), { code });
  const lookup: Lookup = (name, type) => {
    asked.push(`${type} ${name}`);
    const record = type === 'TXT' ? records[name.toLowerCase()] : undefined;
    if (record === undefined) return Promise.reject(failed('ENOTFOUND'));
    if (record.startsWith('!')) return Promise.reject(failed(record.slice(1)));
    return Promise.resolve([[record]]);
  };
  return { lookup, asked };
}
