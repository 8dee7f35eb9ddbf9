/** Whether whoever sends requests closes idle connections first, and whether CloudFront waits no longer than the balancer does. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { fromConfiguration, isRunByAws, nameOrigins, originsInUse } from '../diagnosis/audit-reading.js';
import type { Origin } from '../diagnosis/evidence.js';
import { readIdleTimes } from '../diagnosis/idle-times.js';

export const timeoutOrder = defineAuditItem({
  id: 'timeout-order',
  title: 'Time-outs in order',
  why: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html',
  matters:
    'Where the receiving side closes idle connections first, a request now and then meets a closing connection: a 502 within milliseconds.',
  offers:
    'CloudFront’s keep-alive is 5 seconds by default, a balancer’s idle time-out 60 and applies to both of its sides; the order must be CloudFront < balancer < target. A longer read time-out cures no 502: a time-out is a 504, and beyond the balancer’s idle time-out it has no effect.',
  needs: ['distribution', 'load-balancers', 'keep-alive-labs'],
  evaluate: ({ distribution, 'load-balancers': balancers, 'keep-alive-labs': labs }) => {
    const origins = originsInUse(distribution).filter((origin) => !isRunByAws(origin));
    const readings = origins.map((origin) => readIdleTimes(origin, balancers, labs));
    const citations = [
      fromConfiguration(
        origins.length === 0
          ? 'no origin of one’s own'
          : origins
              .map(
                ({ id, keepAliveTimeoutSeconds: idle, readTimeoutSeconds: wait }) =>
                  `${id}: keep-alive ${idle} s, read ${wait} s`,
              )
              .join('; '),
      ),
      ...balancers.collected.map(
        ({ data: { name, idleTimeoutSeconds } }) =>
          ({
            kind: 'load-balancer',
            ref: 'elasticloadbalancing:DescribeLoadBalancerAttributes',
            fact: `${name}: idle time-out ${idleTimeoutSeconds ?? '?'} s`,
          }) as const,
      ),
    ] as const;
    const flawed = readings.filter(({ flaws }) => flaws.length > 0);
    const [worst] = flawed;
    if (worst !== undefined)
      return {
        state: 'at-risk',
        because: flawed
          .flatMap(({ flaws }) => flaws)
          .slice(0, 4)
          .join(' '),
        citations,
        fix: fix(worst.origin),
      };
    const open = readings.filter(({ sound }) => sound === null).map(({ origin }) => origin);
    if (open.length > 0)
      return {
        state: 'unknown',
        because: `How long idle connections to ${nameOrigins(open)} are kept could not be seen.`,
        missing: [
          balancers.missing.find(({ subject }) => open.some(({ id }) => id === subject))?.reason ?? {
            kind: 'not-observable',
            message: 'The keep-alive of a server of one’s own is set in the server.',
            remedy: `Set it above ${Math.max(...open.map(({ keepAliveTimeoutSeconds }) => keepAliveTimeoutSeconds ?? 0))} seconds, CloudFront’s keep-alive. Node.js up to 25 closes after 5, uvicorn after 5, gunicorn after 2, nginx after 75.`,
          },
        ],
        citations,
      };
    return {
      state: 'in-place',
      because:
        readings.length === 0
          ? 'Every origin is a service that AWS runs, whose connections AWS keeps.'
          : readings
              .map(({ sound }) => sound)
              .slice(0, 4)
              .join(' '),
      citations,
    };
  },
});

function fix({ id }: Origin) {
  return {
    action:
      'Keep CloudFront’s keep-alive some seconds below the idle time-out of what it connects to, and that below the keep-alive of the targets. Do not raise CloudFront’s.',
    terraform: `# origin ${JSON.stringify(id)}\ncustom_origin_config {\n  origin_keepalive_timeout = 5\n  origin_read_timeout      = 30\n}\n# resource "aws_lb": idle_timeout = 60`,
    cloudFormation:
      'Origin.CustomOriginConfig.OriginKeepaliveTimeout = 5; LoadBalancerAttributes idle_timeout.timeout_seconds = 60',
  };
}
