/** What the probes saw, a row for each address: name, connection, TLS, answer, certificate, and how far our view counts. */
import type { KnownBlock } from '@slack/types';
import type { EvidenceBag, Gathered, OriginProbe } from '../../diagnosis/evidence.js';
import { context, header, list, type RenderedMessage, table, withinLimits } from './blocks.js';
import { andMore, firstOf, formatCount, slackLimits } from './limits.js';
import { bold, cleanText, fallbackText } from './text.js';
import { certificateWords, dnsWords, httpWords, tlsWords, vantageWords } from './words.js';

const head = ['Connection', 'Address', 'DNS', 'TCP', 'TLS', 'HTTP', 'Certificate', 'Our view'];
const nothing = '–';

/** null where nothing was probed. */
export function renderProbes(bag: EvidenceBag, now: string): RenderedMessage | null {
  const probes = Object.entries(bag.originProbes);
  if (probes.length === 0) return null;
  const rows: string[][] = [];
  for (const [connectionId, probe] of probes) {
    // More rows than a table can hold are counted, not built.
    if (rows.length >= slackLimits.tableRows) break;
    rows.push(...rowsOf(connectionId, probe, now));
  }
  const { block } = table(head, rows);
  const more = probes.reduce((sum, [, probe]) => sum + rowCount(probe), 0) - (block.rows.length - 1);
  const noun = probes.length === 1 ? '1 origin connection' : `${formatCount(probes.length)} origin connections`;
  return withinLimits(fallbackText(`What the probes of ${noun} saw.`), [
    header('What the probes saw'),
    block,
    ...(more > 0 ? [context(andMore(more))] : []),
    ...limitedViews(probes),
  ]);
}

function rowsOf(connectionId: string, gathered: Gathered<OriginProbe>, now: string): string[][] {
  if (gathered.state === 'unavailable')
    return [
      [connectionId, nothing, nothing, nothing, nothing, nothing, nothing, `not probed: ${gathered.reason.message}`],
    ];
  const { dns, vantage, addresses, refusedAddresses } = gathered.data;
  const view = vantageWords[vantage.class] ?? vantage.class;
  const rows = [
    ...addresses
      .slice(0, slackLimits.tableRows)
      .map(({ address, port, tcp, tls, http }) => [
        connectionId,
        `${address} port ${port}`,
        dnsWords(dns),
        `${tcp.outcome.replaceAll('-', ' ')}, ${formatCount(tcp.elapsedMs)} ms`,
        tlsWords(tls),
        httpWords(http),
        certificateWords(tls, now),
        view,
      ]),
    ...refusedAddresses
      .slice(0, slackLimits.tableRows)
      .map(({ address, because }) => [
        connectionId,
        address,
        dnsWords(dns),
        'not probed',
        nothing,
        nothing,
        nothing,
        because,
      ]),
  ];
  return rows.length > 0 ? rows : [[connectionId, nothing, dnsWords(dns), nothing, nothing, nothing, nothing, view]];
}

function rowCount(gathered: Gathered<OriginProbe>): number {
  if (gathered.state === 'unavailable') return 1;
  return Math.max(1, gathered.data.addresses.length + gathered.data.refusedAddresses.length);
}

function limitedViews(probes: readonly (readonly [string, Gathered<OriginProbe>])[]): KnownBlock[] {
  const limited = probes.flatMap(([id, probe]) =>
    probe.state === 'collected' && probe.data.vantage.class !== 'valid'
      ? [{ id, because: probe.data.vantage.because }]
      : [],
  );
  if (limited.length === 0) return [];
  const { shown, more } = firstOf(limited, 5);
  return [
    list(
      ['Where CloudFront may see something else than we do:'],
      shown.map(({ id, because }) => [bold(cleanText(id, 150)), `: ${cleanText(because, 300)}`]),
      more,
    ),
  ];
}
