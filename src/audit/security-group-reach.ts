/** Whether CloudFront gets through to the origins, as far as that can be told without reading security groups. */
import { defineAuditItem } from '../diagnosis/audit.js';
import { fromConfiguration, isRunByAws, nameOrigins, originsInUse } from '../diagnosis/audit-reading.js';
import { listOf } from '../diagnosis/wording.js';

const prefixList = 'com.amazonaws.global.cloudfront.origin-facing';

export const securityGroupReach = defineAuditItem({
  id: 'security-group-reach',
  title: 'Security groups that let CloudFront in',
  why: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html',
  matters:
    'A group with a copied list of addresses lets CloudFront in until AWS adds some: then a part of the requests fails, from some places only.',
  offers: `The managed prefix list ${prefixList} holds the addresses that CloudFront connects from and is kept by AWS; one rule with it counts as many towards the quota of a group. A dropped packet is a 504 as a rule, a refused connection a 502.`,
  needs: ['distribution', 'origin-probes', 'load-balancers'],
  evaluate: ({ distribution, 'origin-probes': probes, 'load-balancers': balancers }) => {
    const origins = originsInUse(distribution).filter((origin) => !isRunByAws(origin));
    if (origins.length === 0)
      return {
        state: 'in-place',
        because: 'Every origin is a service that AWS runs, without security groups.',
        citations: [fromConfiguration(`origins: ${nameOrigins(originsInUse(distribution))}`)],
      };
    const open = origins.filter(({ id }) => {
      const own = probes.collected.filter(({ data }) => data.connection.originId === id);
      return (
        own.length > 0 &&
        own.every(({ data }) => data.vantage.class === 'valid') &&
        own.every(
          ({ data }) => data.addresses.length > 0 && data.addresses.every(({ tcp }) => tcp.outcome === 'connected'),
        )
      );
    });
    const closed = origins.filter((origin) => !open.includes(origin));
    const groups = balancers.collected.flatMap(({ data }) => data.securityGroupIds ?? []);
    if (closed.length === 0)
      return {
        state: 'in-place',
        because: `Connections from here to ${nameOrigins(open)} are accepted, so CloudFront most likely gets in too, and whoever goes around it. If a rule lets the address of cf502 in, this says nothing about CloudFront.`,
        citations: [
          {
            kind: 'probe',
            ref: listOf(open.map(({ id }) => id)),
            fact: 'every address accepted a connection from here',
          },
        ],
      };
    const which = groups.length > 0 ? `--group-ids ${groups.slice(0, 5).join(' ')} ` : '';
    return {
      state: 'unknown',
      because: `Whether ${nameOrigins(closed)} can be reached by CloudFront is not to be told from here, and cf502 does not read security groups. An origin that lets nobody else in is right to do so.`,
      missing: [
        {
          kind: 'not-observable',
          message: 'Whether the group names the managed prefix list or a copy of its addresses.',
          remedy: `Run aws ec2 describe-security-groups ${which}--query "SecurityGroups[].IpPermissions[]" and see that the port is open to the id that aws ec2 describe-managed-prefix-lists --filters Name=prefix-list-name,Values=${prefixList} prints.`,
        },
      ],
      citations: [fromConfiguration(`not reached from here as CloudFront would reach it: ${nameOrigins(closed)}`)],
    };
  },
});
