/** What nobody may overlook on the card of a proposal, above everything else. */
import type { KnownBlock } from '@slack/types';
import type { Proposal } from '../../remediation/proposal.js';
import { paragraph } from './blocks.js';
import { breakGlassWarning } from './break-glass.js';
import { forecastWarning } from './forecast-rows.js';
import { bold } from './text.js';

/** What nobody may overlook: above everything else, and only while it matters. */
export function warnings({ state, dryRun, breakGlass, forecast }: Proposal): KnownBlock[] {
  const warning = forecastWarning(forecast);
  return [
    ...(dryRun
      ? [
          paragraph(
            bold('DRY RUN: nothing is sent to AWS. '),
            'Once approved, cf502 says exactly what it would have sent.',
          ),
        ]
      : []),
    ...(warning !== null && isForecastLoud(state) ? [paragraph(bold(warning))] : []),
    ...(breakGlass === null ? [] : [paragraph(bold(breakGlassWarning(state)))]),
  ];
}

/** While it can still be stopped. */
export function isForecastLoud(state: Proposal['state']): boolean {
  return state === 'pending' || state === 'approved';
}
