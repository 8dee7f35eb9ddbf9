/** The part of the way that a check looks at, for lists of what was ruled out. Pure. */
import type { Layer } from './finding.js';
import type { RuledOut } from './verdict.js';
import { lowerFirst } from './wording.js';

const ofLayer: Readonly<Record<Layer, string>> = {
  cloudfront: 'CloudFront itself',
  'edge-function': 'Edge functions',
  'cloudfront-to-origin': 'HTTP',
  'load-balancer': 'Load balancer',
  target: 'Application',
  viewer: 'Viewers',
  configuration: 'Configuration',
};

/** The connection to the origin is too much for one word; a check's id says what of it is looked at. */
const ofConnection: readonly (readonly [RegExp, string])[] = [
  [/certificate|tls|handshake/, 'TLS'],
  [/origin$|connection$|port|ipv6|aaaa|balancer/, 'DNS and TCP'],
];

export function stageOf({ checkId, layer }: Pick<RuledOut, 'checkId' | 'layer'>): string {
  const named = layer === 'cloudfront-to-origin' ? ofConnection.find(([pattern]) => pattern.test(checkId)) : undefined;
  return named?.[1] ?? ofLayer[layer];
}

export interface RuledOutStage {
  readonly stage: string;
  /** `unresolvable origin`, in lower case so that they can be listed; names keep their capitals. */
  readonly titles: readonly string[];
}

/** In the order in which the stages first appear. */
export function groupByStage(ruledOut: readonly RuledOut[]): readonly RuledOutStage[] {
  const stages = new Map<string, string[]>();
  for (const entry of ruledOut) {
    const stage = stageOf(entry);
    stages.set(stage, [...(stages.get(stage) ?? []), lowerFirst(entry.title)]);
  }
  return [...stages].map(([stage, titles]) => ({ stage, titles }));
}
