import type { CleanContext } from '../../../src/clean/index.ts';
import { spliceMessage } from '../../../src/message/index.ts';
import type { MessageFilter } from '../../../src/smtp/index.ts';
import { MemoryBudget } from '../../../src/smtp/memory-budget.ts';
import { MessageStore } from '../../../src/smtp/message-store.ts';
import { Original } from '../../../src/smtp/original.ts';

/** What the filter says of a message, with what the edits make of it. */
export async function filtered(
  filter: MessageFilter,
  octets: Buffer,
  context: CleanContext & { readonly policies: readonly string[] },
  budgetMs: number,
  original: Original = Original.inMemory(octets),
): Promise<Awaited<ReturnType<MessageFilter['filter']>> & { readonly octets: Buffer }> {
  const answer = await filter.filter(original, context, budgetMs);
  return { ...answer, octets: spliceMessage({ octets }, answer.edits) };
}

/** Of a message that waits in a file. Whoever makes one calls `discard` of the store. */
export async function inFile(
  octets: Buffer,
  directory: string,
): Promise<{ readonly original: Original; readonly store: MessageStore }> {
  const store = new MessageStore(new MemoryBudget(0), directory);
  for (let start = 0; start < octets.length; start += 65_536) {
    const chunk = Buffer.from(octets.subarray(start, start + 65_536));
    await store.add([chunk], chunk);
  }
  return { original: await Original.load(store), store };
}
