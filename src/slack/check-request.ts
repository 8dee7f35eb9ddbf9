/** A check as asked for in Slack, made into the request that the worker takes. Pure. */
import { createHash } from 'node:crypto';
import type { Command } from '../diagnosis/command.js';
import type { CheckProgress } from '../diagnosis/progress.js';
import { parseDuration, windowOfLast } from '../diagnosis/window.js';
import type { Policy } from '../policy.js';
import { type CheckRequest, progressOf } from '../queue/checks.js';
import type { Ask } from './ask.js';

/** What makes the worker collect and judge: a check, or an audit, which goes the same way. */
export type CheckCommand = Extract<Command, { kind: 'check' | 'audit' }>;

/** The same delivery always makes the same id, so that one repeated by Slack cannot start a second check. */
export function checkIdFor(deliveryId: string): string {
  const digits = BigInt(`0x${createHash('sha256').update(deliveryId).digest('hex')}`).toString(36);
  return `chk_${digits.padStart(12, '0').slice(-12)}`;
}

/** A scan of everything may take long, and somebody asked for it. */
const allLogsDeadlineSeconds = 900;

export function buildCheckRequest(
  ask: Ask,
  command: CheckCommand,
  policy: Policy,
  now: Date,
  logs: CheckRequest['logs'] = 'within-budget',
): CheckRequest {
  const deadlineSeconds = logs === 'all' ? allLogsDeadlineSeconds : policy.checks.deadlineSeconds;
  return {
    v: 1,
    purpose: command.kind,
    checkId: checkIdFor(ask.deliveryId),
    asked: command.asked,
    target: command.target,
    window: command.window,
    windowAsked: command.windowAsked,
    pathPattern: command.pathPattern,
    logs,
    requester: { userId: ask.userId, teamId: ask.teamId },
    place: { channelId: ask.channelId, threadTs: ask.threadTs },
    acceptedAt: now.toISOString(),
    deadlineAt: new Date(now.getTime() + deadlineSeconds * 1000).toISOString(),
  };
}

/**
 * The command that a kept request came from, its window moved up to now where it was asked for as `since …`; not where all logs are read, of
 * which the person was told what those of that very window take.
 */
export function commandAgain(
  request: CheckRequest,
  now: Date,
  logs: CheckRequest['logs'] = 'within-budget',
): CheckCommand {
  const [, since = ''] = (logs === 'all' ? null : /^since (.*)$/.exec(request.windowAsked)) ?? [];
  const minutes = parseDuration(since);
  const again = {
    asked: request.asked,
    target: request.target,
    window: minutes === null ? request.window : windowOfLast(minutes, now),
    windowAsked: request.windowAsked,
  };
  return request.purpose === 'audit'
    ? { kind: 'audit', ...again, pathPattern: null }
    : { kind: 'check', ...again, pathPattern: request.pathPattern };
}

/** What the live message shows before a worker has taken the check. */
export function initialProgress(request: CheckRequest): CheckProgress {
  return progressOf({ request, phase: 'queued', cancelledBy: null, tasks: [], guess: null });
}
