/** Who signed an answer, by the headers that servers and proxies leave on it. Names only; what a header says is the sender's own word. Pure. */
import type { HttpProbe } from './evidence.js';
import type { Layer } from './finding.js';
import { plain } from './wording.js';

export interface Signature {
  /** What that is, to follow its name: `an Elastic Load Balancer`. */
  readonly who: string;
  readonly layer: Layer;
  /** Where to look, imperative. */
  readonly remedy: string;
}

interface Known extends Signature {
  readonly server?: RegExp;
  readonly via?: RegExp;
  /** Lower case. */
  readonly header?: string;
}

const behindProxy =
  'Look in its error log for the upstream that it cannot reach or read: refused, reset, time-out, header too big.';

const known: readonly Known[] = [
  {
    server: /^awselb\//i,
    who: 'an Elastic Load Balancer',
    layer: 'load-balancer',
    remedy:
      'Look at the load balancer’s access log and targets: resets, malformed or oversized answers, TLS to the target.',
  },
  {
    header: 'x-amz-apigw-id',
    who: 'API Gateway',
    layer: 'target',
    remedy:
      'Look in the API’s execution log: as a rule its Lambda function returned something that is no proxy response.',
  },
  {
    header: 'apigw-requestid',
    who: 'API Gateway',
    layer: 'target',
    remedy:
      'Look in the API’s access log: as a rule its Lambda function failed or returned something that is no response.',
  },
  {
    server: /^cloudfront$/i,
    who: 'another CloudFront distribution',
    layer: 'target',
    remedy: 'Run the check for the distribution behind this one: the 502 is made there.',
  },
  {
    server: /^cloudflare/i,
    who: 'another content delivery network',
    layer: 'target',
    remedy: 'Look at the origin behind Cloudflare.',
  },
  { server: /^(?:istio-)?envoy/i, who: 'a proxy', layer: 'target', remedy: behindProxy },
  { server: /^(?:nginx|openresty|tengine)/i, who: 'a proxy as a rule', layer: 'target', remedy: behindProxy },
  { server: /^apache/i, who: 'a proxy as a rule', layer: 'target', remedy: behindProxy },
  { server: /^caddy/i, who: 'a proxy as a rule', layer: 'target', remedy: behindProxy },
  { via: /varnish/i, who: 'the cache Varnish', layer: 'target', remedy: behindProxy },
];

/** Null where nobody known has signed it. */
export function findSignature({ server, via, headerBytes }: HttpProbe): Signature | null {
  const names = new Set(headerBytes.map(({ name }) => name.toLowerCase()));
  const found = known.find(
    (one) =>
      (one.server?.test(server ?? '') ?? false) ||
      (one.via?.test(via ?? '') ?? false) ||
      (one.header !== undefined && names.has(one.header)),
  );
  return found ?? null;
}

/** ` (server awselb/2.0, an Elastic Load Balancer)`, ` (signed by API Gateway)`, or nothing. */
export function describeSignature(answer: HttpProbe): string {
  const signature = findSignature(answer);
  if (answer.server === null) return signature === null ? '' : ` (signed by ${signature.who})`;
  return ` (server ${plain(answer.server, 60)}${signature === null ? '' : `, ${signature.who}`})`;
}
