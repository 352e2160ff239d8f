/** What the Postfix in front says about one message: its own account, and not ours, of why it tried again. */
export interface FrontView {
  /** Queue files that held it; more than one: the injector did not hear the 250 and gave it again. */
  queued: number;
  /** The connection to mailsluice ended while the reply to the final dot was awaited. */
  lost: number;
  /** That reply did not come in time. */
  late: number;
  /** Mailsluice told it that the next hop had not answered the final dot in time. */
  unanswered: number;
  readonly lines: string[];
}

export function readFrontLog(log: string): ReadonlyMap<number, FrontView> {
  const byQueueId = new Map<string, number>();
  const views = new Map<number, FrontView>();
  for (const line of log.split('\n')) {
    const queueId = /\]: ([0-9A-Za-z]{6,}): /.exec(line)?.[1];
    if (queueId === undefined) continue;
    const named = /message-id=<soak-(\d+)-end@/.exec(line)?.[1];
    if (named !== undefined) byQueueId.set(queueId, Number(named));
    const at = byQueueId.get(queueId);
    if (at === undefined) continue;
    const view = views.get(at) ?? { queued: 0, lost: 0, late: 0, unanswered: 0, lines: [] };
    views.set(at, view);
    if (named !== undefined) view.queued++;
    if (!line.includes('status=')) continue;
    view.lines.push(line);
    if (/lost connection with .* while sending end of data/.test(line)) view.lost++;
    if (/451 4\.4\.2 The next hop did not answer in time \(in reply to end of DATA/.test(line))
      view.unanswered++;
    if (/timed out while sending end of data/.test(line)) view.late++;
  }
  return views;
}
