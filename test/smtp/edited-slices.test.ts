import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spliceMessage } from '../../src/message/index.ts';
import { edited, editedSlices } from '../../src/smtp/edited-slices.ts';

/** As a file gives them: every slice in the same memory. */
async function* slicesOf(octets: Buffer, size: number): AsyncGenerator<Buffer> {
  const memory = Buffer.alloc(size);
  for (let start = 0; start < octets.length; start += size) {
    yield memory.subarray(0, octets.copy(memory, 0, start, start + size));
  }
}

const edits = fc
  .array(fc.tuple(fc.nat(7), fc.nat(7), fc.string({ maxLength: 5 })), { maxLength: 8 })
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, length, text]) => {
      const start = at + gap;
      at = start + length;
      return { start, end: at, replacement: Buffer.from(text) };
    });
  });

it('slices of any size with any edits are the message with the edits made', async () => {
  await fc.assert(
    fc.asyncProperty(edits, fc.nat(20), fc.integer({ min: 1, max: 30 }), async (made, more, size) => {
      const octets = Buffer.from(Array.from({ length: (made.at(-1)?.end ?? 0) + more }, (_, at) => at));
      const pieces: Buffer[] = [];
      for await (const slice of editedSlices(slicesOf(octets, size), made)) pieces.push(Buffer.from(slice));
      const whole = spliceMessage({ octets }, made);
      expect([Buffer.concat(pieces), edited(octets, made)]).toEqual([whole, whole]);
    }),
  );
});
