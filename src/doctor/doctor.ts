/** The self-check: every part of cf502 tries the harmless call for what it needs, and says what is missing. Nothing is changed by it. */
import { setMaxListeners } from 'node:events';
import type { DoctorItem, DoctorPart, DoctorReport } from '../diagnosis/doctor-report.js';
import { toFailure } from '../failure.js';
import { defaultPolicy } from '../policy.js';
import type { DoctorContext, Examination } from './doctor-context.js';
import { examineAudit } from './examine-audit.js';
import { examineChanges } from './examine-changes.js';
import { examineClock, examineNetwork } from './examine-network.js';
import { examinePolicy } from './examine-policy.js';
import { examineReading } from './examine-reading.js';
import { examineRedis } from './examine-redis.js';
import { examineSlack } from './examine-slack.js';

const examinations: readonly (readonly [DoctorPart, Examination])[] = [
  ['policy', async (_context, policy) => examinePolicy(policy)],
  ['slack', examineSlack],
  ['redis', examineRedis],
  ['reading', examineReading],
  ['changes', examineChanges],
  ['audit', examineAudit],
  ['network', examineNetwork],
  ['clock', examineClock],
];
/** Need no policy file. */
const withoutPolicy: ReadonlySet<DoctorPart> = new Set(['redis', 'network', 'clock']);

/** @returns always: what could not be tried is an item of its own. */
export async function runDoctor(context: DoctorContext): Promise<DoctorReport> {
  const { policy } = context;
  // Everything that is tried listens to the one signal; Node would take that many for a leak.
  setMaxListeners(0, context.signal);
  const report = (items: readonly DoctorItem[]): DoctorReport => ({
    format: 'cf502.doctor/1',
    at: context.now().toISOString(),
    items,
  });
  if ('problem' in policy) {
    const parts = examinations.filter(([part]) => withoutPolicy.has(part));
    const bare = await Promise.all(
      parts.map(([part, examine]) => guarded(part, () => examine(context, defaultPolicy))),
    );
    return report([unusable(policy.problem), ...bare.flat()]);
  }
  const items = await Promise.all(examinations.map(([part, examine]) => guarded(part, () => examine(context, policy))));
  return report(items.flat());
}

async function guarded(
  part: DoctorPart,
  examine: () => Promise<readonly DoctorItem[]>,
): Promise<readonly DoctorItem[]> {
  try {
    return await examine();
  } catch (error) {
    const what = `This part could not be examined: ${toFailure(error).message}`;
    return [{ part, state: 'unknown', what, permission: null, remedy: null }];
  }
}

function unusable(problem: string): DoctorItem {
  return {
    part: 'policy',
    state: 'missing',
    what: problem,
    permission: null,
    remedy: 'Correct the policy file; cf502.policy.example.yml shows its shape.',
  };
}
