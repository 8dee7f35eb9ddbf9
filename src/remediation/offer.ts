/** Which changes a verdict supports: few. Where a time-out will not help, that is said in place of a button. Pure. */
import type { EvidenceBag, Origin } from '../diagnosis/evidence.js';
import { dataOf } from '../diagnosis/observed.js';
import type { Cause, Verdict } from '../diagnosis/verdict.js';
import { lowerFirst, quoteForPeople } from '../diagnosis/wording.js';
import { boundOf, judgeBounds } from './bounds.js';
import type { ChangePolicy } from './change-policy.js';
import { fieldNames, sayValue } from './field-names.js';
import { forecastChange } from './forecast.js';
import { highestSafeKeepAlive, readClose } from './forecast-keep-alive.js';
import type { Change, Forecast } from './proposal.js';
import { balancersOf, type Surroundings, surroundingsOf } from './surroundings.js';

export interface Offer {
  readonly change: Change;
  /** The finding that it rests on. */
  readonly checkId: string;
  readonly claim: string;
  readonly forecast: Forecast;
  /** What would be changed and why, for the thread. */
  readonly sentence: string;
}

export interface Offers {
  /** In a fixed order, so that a button can name one by its index. At most 3. */
  readonly offers: readonly Offer[];
  /** Why nothing is offered for what was found, or what to do in its place. Sentences; at most 3. */
  readonly remarks: readonly string[];
}

const most = 3;
const nothing: Offers = { offers: [], remarks: [] };

/** @param policy null where the policy file lets cf502 change nothing: then nothing is offered, and what a time-out will not do is still said. */
export function offerChanges(verdict: Verdict, bag: EvidenceBag, policy: ChangePolicy | null): Offers {
  const distribution = dataOf(bag.distribution);
  if (distribution === null) return nothing;
  const mayChange = policy?.distributions.includes(distribution.id) === true;
  const causes = [...verdict.causes, ...verdict.alsoSeen].filter(({ strength }) => strength !== 'possible');
  const made = causes.map((cause): Offers => {
    const origin = distribution.origins.find(({ id }) => id === cause.originId);
    if (cause.checkId === 'short-origin-keepalive' && origin !== undefined)
      return mayChange ? offerKeepAlive({ cause, bag, policy, origin }) : nothing;
    if (cause.checkId === 'slow-origin' && origin !== undefined)
      return mayChange ? offerReadTimeout({ cause, bag, policy, origin }) : nothing;
    return verdict.causes.includes(cause) ? { offers: [], remarks: [explainRefusal(cause)] } : nothing;
  });
  return {
    offers: distinct(made.flatMap(({ offers }) => offers)).slice(0, most),
    remarks: [...new Set(made.flatMap(({ remarks }) => remarks))].slice(0, most),
  };
}

interface Ground {
  readonly cause: Cause;
  readonly bag: EvidenceBag;
  readonly policy: ChangePolicy;
  readonly origin: Origin;
}

/** Lowers CloudFront's keep-alive below the measured end; raising the origin's is told, and offered where it is a balancer of the account. */
function offerKeepAlive(ground: Ground): Offers {
  const { bag, origin, policy } = ground;
  const before = origin.keepAliveTimeoutSeconds;
  const distribution = dataOf(bag.distribution);
  if (before === null || distribution === null) return nothing;
  const target = { kind: 'origin', distributionId: distribution.id, originId: origin.id } as const;
  const around = surroundingsOf(distribution, balancersOf(bag), target);
  const draft: Change = { target, field: 'keep-alive-timeout', before, after: before };
  const close = readClose({ bag, origin, balancer: around.balancer }, before);
  if (close === null) return nothing;
  const raise = `The origin ${close.said}; raising that well above CloudFront’s ${before} s at the origin itself is the better cure.`;
  const highest = highestSafeKeepAlive(close);
  const { largestStep } = boundOf('keep-alive-timeout', policy);
  const lowered =
    highest < 1
      ? refuse(`${raise} CloudFront’s keep-alive time-out cannot go low enough.`)
      : before - highest > largestStep
        ? refuse(
            `${raise} CloudFront’s would have to go to ${highest} s, which is more than this installation lets it move at once.`,
          )
        : offer(ground, { ...draft, after: highest }, around, raise);
  const { balancer } = around;
  if (close.how !== 'balancer' || balancer === null || balancer.idleTimeoutSeconds === null) return lowered;
  const raised = offer(
    ground,
    {
      target: {
        kind: 'balancer',
        distributionId: distribution.id,
        arn: balancer.arn,
        region: balancer.region,
        name: balancer.name,
      },
      field: 'balancer-idle-timeout',
      before: balancer.idleTimeoutSeconds,
      after: before + balancerMarginSeconds,
    },
    around,
    null,
  );
  return { offers: [...lowered.offers, ...raised.offers], remarks: [...lowered.remarks, ...raised.remarks] };
}

const balancerMarginSeconds = 10;

/** Raises the read time-out where failures sat at it: 504s, and never for what fails at once. */
function offerReadTimeout(ground: Ground): Offers {
  const { bag, origin, policy } = ground;
  const before = origin.readTimeoutSeconds;
  const distribution = dataOf(bag.distribution);
  if (before === null || distribution === null) return nothing;
  const target = { kind: 'origin', distributionId: distribution.id, originId: origin.id } as const;
  const around = surroundingsOf(distribution, balancersOf(bag), target);
  const { max, largestStep } = boundOf('read-timeout', policy);
  const limits = [
    max,
    before + largestStep,
    around.balancer?.idleTimeoutSeconds ?? max,
    origin.responseCompletionTimeoutSeconds ?? max,
  ];
  const slowest = around.balancer?.metrics?.targetResponseSeconds?.worstP99 ?? 0;
  const wanted = slowest > before ? Math.ceil((slowest * 1.25) / 5) * 5 : before * 2;
  const after = Math.min(wanted, ...limits);
  const slow = 'Mend what makes the origin slow; a longer read time-out cures 504s only, and does nothing for 502s.';
  if (after <= before) return refuse(`The read time-out of ${before} s cannot go higher here. ${slow}`);
  return offer(ground, { target, field: 'read-timeout', before, after }, around, slow);
}

/** Only what the replayed evidence supports and the bounds allow. */
function offer({ cause, bag, policy }: Ground, change: Change, around: Surroundings, instead: string | null): Offers {
  const forecast = forecastChange(change, bag);
  const [problem] = judgeBounds(change, around, policy).problems;
  const others = instead === null ? [] : [instead];
  if (problem !== undefined) return { offers: [], remarks: [problem, ...others] };
  if (forecast.stance !== 'supports') return { offers: [], remarks: [...forecast.sentences.slice(0, 1), ...others] };
  const { target, field, before, after } = change;
  const name = target.kind === 'origin' ? `origin ${quoteForPeople(target.originId)}` : quoteForPeople(target.name);
  const verb = before !== null && after !== null && after < before ? 'Lower' : 'Raise';
  const what = `${verb} the ${fieldNames[field]} of ${name} from ${sayValue(field, before)} to ${sayValue(field, after)}.`;
  return {
    offers: [
      {
        change,
        checkId: cause.checkId,
        claim: cause.claim,
        forecast,
        sentence: `${what} ${forecast.sentences[0] ?? ''}`.trim(),
      },
    ],
    remarks: others,
  };
}

function refuse(remark: string): Offers {
  return { offers: [], remarks: [remark] };
}

/** One of a kind: two findings may ask for the same. */
function distinct(offers: readonly Offer[]): readonly Offer[] {
  const seen = new Map<string, Offer>();
  for (const one of offers) {
    const key = JSON.stringify([one.change.target, one.change.field]);
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}

function explainRefusal({ title, layer, checkId }: Cause): string {
  const cause = `“${lowerFirst(title)}”`;
  if (checkId === 'saturated-origin')
    return 'No time-out helps an origin that is over its capacity: a longer one holds its connections longer and adds to the load.';
  switch (layer) {
    case 'edge-function':
      return `No time-out helps: ${cause} is decided at the edge, before the origin is waited for.`;
    case 'target':
    case 'load-balancer':
      return `No time-out helps: with ${cause} the 502 is the answer of what stands behind CloudFront, which passes it on however long it would have waited.`;
    case 'viewer':
      return `No time-out helps: ${cause} is of the viewers.`;
    case 'cloudfront':
      return `No time-out helps: ${cause} is inside CloudFront.`;
    case 'cloudfront-to-origin':
    case 'configuration':
      return `No time-out helps: with ${cause} a request fails at once, however long CloudFront would wait.`;
  }
}
