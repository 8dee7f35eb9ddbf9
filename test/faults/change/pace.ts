/** How long the steps of a change wait in the bench: in the same order as in the product (claim + time-out < settling), and shorter. */
import type { ChangePace } from '../../../jobs/change-services.js';

export const benchPace: ChangePace = {
  sendWithinMs: 1_500,
  writeTimeoutMs: 2_000,
  settleMs: 5_000,
  secondLooksMs: [8_000, 20_000],
  heldBackMs: 500,
  deploymentPollMs: 500,
  proofDelaysMs: [60 * 60_000],
};
