/** What one message costs with one thing between source and sink, at one number of connections. */
export interface Cell {
  readonly rig: string;
  readonly mail: string;
  readonly octets: number;
  readonly connections: number;
  readonly messages: number;
  readonly perSecond: number;
  readonly cpuMsPerMessage: number | undefined;
  readonly memoryMiB: number | undefined;
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly failed: string | undefined;
}

const shown = (value: number | undefined, digits = 1): string =>
  value === undefined ? '' : value.toFixed(digits);

/** Above the lines. */
export const titles = `${'message'.padEnd(18)}${'between'.padEnd(18)}conns messages/s   p50 ms   p99 ms   CPU ms     MiB`;

/** A cell as a line of the terminal. */
export function line(cell: Cell): string {
  const columns = [
    cell.mail.padEnd(18),
    cell.rig.padEnd(18),
    `${cell.connections}`.padStart(5),
    shown(cell.perSecond).padStart(11),
    shown(cell.p50Ms, 2).padStart(9),
    shown(cell.p99Ms, 2).padStart(9),
    shown(cell.cpuMsPerMessage, 2).padStart(9),
    shown(cell.memoryMiB, 0).padStart(8),
    cell.failed === undefined ? '' : `  failed: ${cell.failed}`,
  ];
  return columns.join('');
}

const figure = (value: number | undefined): string =>
  value === undefined ? '' : value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 });

/** All cells as a table of README's, the connections beside each other. */
export function markdown(cells: readonly Cell[]): string {
  const at = [...new Set(cells.map(({ connections }) => connections))].join(', ');
  const bySize = cells.toSorted((a, b) => a.octets - b.octets);
  const rows = Map.groupBy(bySize, ({ mail, rig }) => `| ${mail} | ${rig} |`);
  const lines = [...rows].map(([key, row]) => {
    const all = (of: (cell: Cell) => number | undefined): string =>
      row.map((cell) => figure(of(cell))).join(', ');
    const { cpuMsPerMessage, memoryMiB } = row.find((cell) => cell.connections === 20) ?? {};
    const most = row.at(-1)?.memoryMiB ?? memoryMiB;
    return `${key} ${all((cell) => cell.perSecond)} | ${all((cell) => cell.p50Ms)} | ${all((cell) => cell.p99Ms)} | ${shown(cpuMsPerMessage, 2)} | ${shown(most, 0)} |`;
  });
  return [
    `| message | between source and sink | messages/s at ${at} connections | p50 ms | p99 ms | CPU ms at 20 | MiB |`,
    '| --- | --- | --: | --: | --: | --: | --: |',
    ...lines,
  ].join('\n');
}
