/** What came into a log group over a window, by CloudWatch: about what a query over it scans, and which hours it holds. */
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { Iso, TimeWindow } from '../../diagnosis/evidence.js';
import { callAws } from '../../platform/aws.js';
import type { CollectContext } from '../collector.js';
import type { LogGroupSource } from '../log-sources.js';

interface IncomingBytes {
  /** null where CloudWatch has no figure: then it is not known, and none of it is taken to be free. */
  readonly bytes: number | null;
  /** Of every hour with a figure, which is of when rows came in: up to an hour after their requests, as a rule. */
  readonly byHour: ReadonlyMap<Iso, number>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Figures of five minutes are kept for 63 days, of an hour for longer. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const fineForMs = 60 * 24 * hourMs;

/** @throws Failure `access-denied` where metrics may not be read. */
export async function readIncomingBytes(
  { aws, signal, now }: CollectContext,
  { logGroupArn, region }: Pick<LogGroupSource, 'logGroupArn' | 'region'>,
  window: TimeWindow,
): Promise<IncomingBytes> {
  const name = logGroupArn.split(':log-group:')[1] ?? '';
  const periodMs = now().getTime() - Date.parse(window.from) < fineForMs ? 5 * minuteMs : hourMs;
  const answer = await callAws(
    'cloudwatch:GetMetricData',
    '*',
    () =>
      aws.cloudWatch(region).send(
        new GetMetricDataCommand({
          StartTime: new Date(Math.floor(Date.parse(window.from) / periodMs) * periodMs),
          EndTime: new Date(Math.ceil(Date.parse(window.to) / periodMs) * periodMs),
          MetricDataQueries: [
            {
              Id: 'incoming',
              MetricStat: {
                Metric: {
                  Namespace: 'AWS/Logs',
                  MetricName: 'IncomingBytes',
                  Dimensions: [{ Name: 'LogGroupName', Value: name }],
                },
                Period: periodMs / 1000,
                Stat: 'Sum',
              },
            },
          ],
        }),
        { abortSignal: signal },
      ),
    signal,
  );
  const byHour = new Map<Iso, number>();
  let bytes: number | null = null;
  for (const { Timestamps: times = [], Values: values = [] } of answer.MetricDataResults ?? [])
    for (const [index, at] of times.entries()) {
      const hour = new Date(Math.floor(at.getTime() / hourMs) * hourMs).toISOString();
      const value = values[index] ?? 0;
      byHour.set(hour, (byHour.get(hour) ?? 0) + value);
      bytes = (bytes ?? 0) + value;
    }
  return { bytes, byHour };
}
