import type { WireClient } from './client.ts';

/**
 * Plays a client's side of a dialogue, one step a line, and returns where the server did not answer as written:
 *
 *   S: 250 2.1.0 ok       the server must say exactly this line; a `*` at the end stands for any rest
 *   E:                    it must say a reply of 250 lines (EHLO), whatever they hold
 *   X:                    it must close the connection
 *   C: MAIL FROM:<>       the client says this line
 *   C! raw "a\r\n" | pour "…" | wait 50 | close | reset     exactly these octets (a JSON string), octet by octet, …
 */
export async function playClient(client: WireClient, text: string): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const line of text.split('\n').map((each) => each.trim())) {
    const rest = line.slice(2).trim();
    if (line === '') continue;
    if (line.startsWith('C:')) client.send(`${rest}\r\n`);
    else if (line.startsWith('C!')) await act(client, rest);
    else if (line.startsWith('E:')) {
      const reply = await client.reply();
      if (!reply.every((each) => each.startsWith('250'))) problems.push(`no hello: ${reply.join(' | ')}`);
    } else if (line.startsWith('X:')) {
      const said = await client.line();
      if (said !== 'closed') problems.push(`not closed, but ${JSON.stringify(said)}`);
    } else if (line.startsWith('S:')) {
      const said = await client.line();
      const fits = rest.endsWith('*') ? said.startsWith(rest.slice(0, -1)) : said === rest;
      if (!fits) problems.push(`got ${JSON.stringify(said)}, expected ${JSON.stringify(rest)}`);
    } else throw new Error(`not a step of a dialogue: ${line}`);
  }
  return problems;
}

async function act(client: WireClient, text: string): Promise<void> {
  const [name = ''] = text.split(' ', 1);
  const rest = text.slice(name.length + 1);
  if (name === 'raw') client.send(JSON.parse(rest) as string);
  else if (name === 'pour') await client.pour(JSON.parse(rest) as string);
  else if (name === 'wait') await new Promise((resolve) => setTimeout(resolve, Number(rest)));
  else if (name === 'close') client.close();
  else if (name === 'reset') client.reset();
  else throw new Error(`not an act of a client: ${text}`);
}
