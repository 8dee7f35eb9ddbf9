/** The middleware that everything passes: repeated deliveries are dropped, nothing stays unacknowledged, and stopping waits for what is under way. */
import type { AllMiddlewareArgs, AnyMiddlewareArgs } from '@slack/bolt';
import { z } from 'zod';
import type { Log } from '../platform/log.js';
import { createDeliveryMemory } from './deliveries.js';

/** Slack repeats an event for up to five minutes (https://docs.slack.dev/apis/events-api). */
const memoryMs = 15 * 60_000;
const maxDeliveries = 10_000;

const deliverySchema = z.object({ event_id: z.string().optional(), trigger_id: z.string().optional() });

export function createGate(log: Log, now: () => Date) {
  const deliveries = createDeliveryMemory(maxDeliveries, memoryMs, now);
  const underWay = new Set<Promise<void>>();
  return {
    async middleware(args: AnyMiddlewareArgs & AllMiddlewareArgs): Promise<void> {
      const { body, context, next } = args;
      const id = deliveryId(body);
      if (context['replayed'] === true || (id !== null && !deliveries.isFirst(id))) {
        log.info({ delivery: id }, 'repeated delivery dropped');
        await acknowledge(args);
        return;
      }
      const work = next();
      const settled = work.then(
        () => undefined,
        () => undefined,
      );
      underWay.add(settled);
      try {
        await work;
      } catch (error) {
        // A listener that failed before it acknowledged would leave the person with Slack's own time-out message.
        await acknowledge(args);
        throw error;
      } finally {
        underWay.delete(settled);
      }
    },
    /** Resolves when no listener is at work. */
    async drained(): Promise<void> {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** Slack's id of what was delivered; it stays the same when the delivery is repeated. */
function deliveryId(body: unknown): string | null {
  const parsed = deliverySchema.safeParse(body);
  return parsed.success ? (parsed.data.event_id ?? parsed.data.trigger_id ?? null) : null;
}

async function acknowledge(args: AnyMiddlewareArgs): Promise<void> {
  if (!('ack' in args) || args.ack === undefined) return;
  try {
    await args.ack();
  } catch {
    // It was acknowledged before.
  }
}
