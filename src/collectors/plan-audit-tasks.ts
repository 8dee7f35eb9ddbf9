/** Plans what is collected for an audit and not for a check. Pure. */
import type { DistributionEvidence } from '../diagnosis/evidence.js';
import type { PlannedTask } from './tasks.js';

export function planAuditTasks({ id, arn, behaviours }: DistributionEvidence): readonly PlannedTask[] {
  const realtimeLogArns = [...new Set(behaviours.flatMap(({ realtimeLogConfigArn }) => realtimeLogConfigArn ?? []))];
  return [
    { id: 'alarms', title: 'Look for alarms', task: { kind: 'alarms', distributionId: id } },
    {
      id: 'log-delivery',
      title: 'Read where logs are delivered',
      task: { kind: 'log-delivery', distributionArn: arn, realtimeLogArns },
    },
  ];
}
