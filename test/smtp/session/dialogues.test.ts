import { afterEach, describe, expect, it } from 'vitest';
import { playClient } from '../support/client-dialogue.ts';
import { type Relay, type RelayOptions, startRelay } from '../support/relay.ts';
import { REFUSED } from './refused-dialogues.ts';
import { RELAYED, type Row } from './relayed-dialogues.ts';

let relay: Relay | undefined;
afterEach(async () => {
  await relay?.close();
  relay = undefined;
});

async function play(row: Row, options: RelayOptions): Promise<void> {
  relay = await startRelay(options);
  const client = await relay.client();
  expect(await playClient(client, row.client)).toEqual([]);
  client.close();
}

describe('what the next hop says reaches the client, and the other way round', () => {
  it.each(RELAYED)('$shows: $name', async (row) => {
    const dialogues = typeof row.hop === 'string' ? [row.hop] : row.hop;
    await play(row, { ...row.options, ...(dialogues === undefined ? {} : { hop: { dialogues } }) });
    expect(relay?.hop.problems).toEqual([]);
    expect(relay?.events.filter(({ kind }) => kind === 'fault')).toEqual([]);
  });
});

describe('what never gets as far as the next hop', () => {
  it.each(REFUSED)('$shows: $name', async (row) => {
    await play(row, { ...row.options });
    expect(
      relay?.hop.connections.flatMap(({ lines }) => lines).filter((line) => /^(MAIL|RCPT|DATA)/.test(line)),
    ).toEqual([]);
    expect(relay?.events.filter(({ kind }) => kind === 'fault')).toEqual([]);
  });
});
