/** What the verdict rests on and what is missing: every verdict says how far it saw. */
import type { EvidenceBag, Gathered, Unavailability } from './evidence.js';
import { dataOf, shareOfRequests } from './observed.js';
import type { Coverage } from './verdict.js';

export function describeCoverage(bag: EvidenceBag): Coverage {
  const [logs, metrics] = [dataOf(bag.accessLogs), dataOf(bag.cloudFrontMetrics)];
  return {
    logs:
      logs === null
        ? null
        : {
            source: logs.source,
            rows: logs.rows.inWindow,
            newestRow: logs.newestRow,
            shareOfRequests: shareOfRequests(logs, metrics),
            ...(logs.whole === undefined ? {} : { whole: logs.whole }),
            notes: logs.notes,
          },
    metrics:
      metrics === null
        ? null
        : {
            requests: metrics.requestsTotal,
            estimated5xx: metrics.estimated5xx,
            estimated502: metrics.estimated502,
          },
    probes: Object.entries(bag.originProbes).flatMap(([connectionId, gathered]) =>
      gathered.state === 'collected'
        ? [{ connectionId, vantage: gathered.data.vantage.class, because: gathered.data.vantage.because }]
        : [],
    ),
    missing: listMissing(bag),
  };
}

function listMissing(bag: EvidenceBag): Coverage['missing'] {
  // Without the distribution nothing else was looked at; to list all of it would hide the one reason.
  if (bag.distribution.state === 'unavailable')
    return [{ what: 'configuration of the distribution', ...bag.distribution.reason }];
  return [
    ...partsOf('configuration of the distribution', bag.distribution),
    ...partsOf('access logs', bag.accessLogs),
    ...partsOf('CloudFront metrics', bag.cloudFrontMetrics),
    ...Object.entries(bag.originProbes).flatMap(([id, gathered]) => partsOf(`probe of ${id}`, gathered)),
    ...Object.entries(bag.loadBalancers).flatMap(([id, gathered]) =>
      partsOf(`load balancer of origin ${id}`, gathered),
    ),
    ...(bag.edgeFunctions === undefined ? [] : partsOf('metrics of the edge functions', bag.edgeFunctions)),
    ...(bag.changes === undefined ? [] : partsOf('account of what changed', bag.changes)),
    ...(bag.edgeTwin === undefined ? [] : partsOf('request through the edge', bag.edgeTwin)),
  ];
}

function partsOf(what: string, gathered: Gathered<object>): Coverage['missing'] {
  if (gathered.state === 'unavailable') return [{ what, ...gathered.reason }];
  const gaps = 'gaps' in gathered.data ? (gathered.data.gaps as readonly Unavailability[]) : [];
  return gaps.map((gap) => ({ what: `part of the ${what}`, ...gap }));
}
