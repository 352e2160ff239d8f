import type { DecodedEdit } from '../transfer/transfer.ts';
import { planEach } from './text-map.ts';
import type { FoundEdit, PlannedText, TextMap } from './text-map.ts';

/** UTF-16 and UTF-32: a fixed number of octets for a UTF-16 unit of the text. */
export class Wide implements TextMap {
  readonly text: string;
  readonly charset: string;
  readonly #unit: 2 | 4;
  readonly #length: number;

  constructor(octets: Buffer, charset: 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be') {
    this.charset = charset;
    this.#unit = charset.startsWith('utf-16') ? 2 : 4;
    this.#length = octets.length;
    this.text =
      this.#unit === 2
        ? new TextDecoder(charset, { ignoreBOM: true }).decode(octets)
        : utf32Text(octets, charset === 'utf-32be');
  }

  toOctet(position: number): number {
    return Math.min(position * this.#unit, this.#length);
  }

  plan(edits: readonly FoundEdit[]): PlannedText {
    return planEach(edits, (edit) => this.#planOne(edit));
  }

  #planOne(edit: FoundEdit): DecodedEdit {
    const replacement = Buffer.alloc(edit.replacement.length * this.#unit);
    const little = this.charset.endsWith('le');
    for (let index = 0; index < edit.replacement.length; index += 1) {
      replacement[index * this.#unit + (little ? 0 : this.#unit - 1)] = edit.replacement.charCodeAt(index);
    }
    return {
      start: this.toOctet(edit.start),
      end: this.toOctet(edit.end),
      replacement,
      findings: edit.findings,
    };
  }
}

/** A character beyond U+FFFF would need two units for one; no markup is there, so it becomes U+FFFD. */
function utf32Text(octets: Buffer, big: boolean): string {
  const units = Buffer.alloc(Math.floor(octets.length / 4) * 2);
  for (let at = 0; at < units.length; at += 2) {
    const code = big ? octets.readUInt32BE(at * 2) : octets.readUInt32LE(at * 2);
    units.writeUInt16LE(code <= 0xffff ? code : 0xfffd, at);
  }
  return units.toString('utf16le');
}
