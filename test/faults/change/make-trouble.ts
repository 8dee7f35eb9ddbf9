/** Does to a run what its plan says, at the point that the local AWS shows: the program under test is asked nothing. */
import type { FaultRule, Misbehaviour } from '../../world/aws/faults.js';
import type { HoldRule } from '../../world/aws/holds.js';
import type { LocalAws } from '../../world/aws/local-aws.js';
import type { BadAnswer, StepName, Trouble } from './plan-runs.js';
import type { WorkerSlot } from './processes.js';
import type { Subject } from './subject.js';

export interface TroubleScene {
  readonly aws: LocalAws;
  readonly subject: Subject;
  readonly workers: readonly WorkerSlot[];
  /** Kills Redis and starts it again; one at a time. */
  readonly restartRedis: () => Promise<void>;
  /** Resolves when the run is at rest, or moves no more. */
  readonly isAtRest: () => Promise<void>;
  /** The value that others have set meanwhile. */
  readonly onEdited: (seconds: number) => void;
}

/** @returns ends it: what is still held is let go. */
export function makeTrouble(scene: TroubleScene, trouble: Trouble): () => void {
  const { aws, workers, subject } = scene;
  const { rules } = subject;
  const later = (ms: number, run: () => void): void => void setTimeout(run, ms).unref();
  const atHold = (rule: HoldRule, run: (slot: WorkerSlot | undefined, release: Release) => void): (() => void) => {
    const hold = aws.hold(rule);
    hold.reached
      .then(({ userAgent }) =>
        run(
          workers.find(({ name }) => userAgent.includes(`app/${name}`)),
          (how) => hold.release(how),
        ),
      )
      .catch(() => undefined);
    return () => hold.release();
  };
  switch (trouble.kind) {
    case 'none':
      return () => undefined;
    case 'kill':
      return atHold({ ...rules[trouble.at], when: trouble.when }, (slot, release) => {
        slot?.kill();
        later(20, () => release());
      });
    case 'late-write':
      return atHold({ ...rules.write, when: 'before' }, (slot, release) => {
        slot?.kill();
        later(trouble.lateMs, () => release('deliver'));
      });
    case 'kill-anywhere':
      later(trouble.afterMs, () => {
        for (const slot of workers) slot.kill();
      });
      return () => undefined;
    case 'pause':
      return atHold({ ...rules[trouble.at], when: 'before' }, (slot, release) => {
        slot?.pause();
        release();
        scene.isAtRest().then(
          () => slot?.resume(),
          () => slot?.resume(),
        );
      });
    case 'edit':
      return atHold({ ...rules[trouble.at], when: 'before' }, (_slot, release) => {
        const set = subject.edit(trouble.what);
        if (set !== null) scene.onEdited(set);
        release();
      });
    case 'answer':
      return answerBadly(scene, trouble.at, trouble.how);
    case 'redis':
      return atHold({ ...rules[trouble.at], when: trouble.when }, (_slot, release) => {
        scene.restartRedis().then(
          () => release(),
          () => release(),
        );
      });
    case 'redis-anywhere':
      later(trouble.afterMs, () => void scene.restartRedis());
      return () => undefined;
  }
}

type Release = (how?: 'deliver') => void;

function answerBadly({ aws, subject: { rules } }: TroubleScene, at: StepName, how: BadAnswer): () => void {
  const { skip = 0, ...rule } = rules[at];
  const fault: FaultRule = { ...rule, how: misbehaviourOf(how), times: 1 };
  if (skip === 0) return aws.fail(fault);
  // The second of two calls alike: armed when what lies between them is seen.
  const hold = aws.hold({ ...rules.assume, when: 'after' });
  let lift: () => void = () => undefined;
  hold.reached
    .then(() => {
      lift = aws.fail(fault);
      hold.release();
    })
    .catch(() => undefined);
  return () => {
    hold.release();
    lift();
  };
}

function misbehaviourOf(how: BadAnswer): Misbehaviour {
  if (how === 'PreconditionFailed') return { status: 412, code: how };
  return how === 'IllegalUpdate' || how === 'InvalidOriginReadTimeout' || how === 'InvalidConfigurationRequest'
    ? { status: 400, code: how }
    : how;
}
