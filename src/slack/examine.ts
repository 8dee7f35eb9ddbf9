/** `doctor`: has everything tried that cf502 needs, and tells this person what is missing for what. */
import { toFailure } from '../failure.js';
import { type Ask, type Desk, refuseAsk } from './ask.js';
import { withDeadline } from './deadline.js';
import { toExaminedParts } from './render/doctor.js';
import { renderExamination } from './render/examination.js';
import { renderNotice } from './render/notice.js';

/** Slack takes an answer to a command for half an hour; nobody waits that long. */
const timeoutMs = 65_000;

export async function examine(desk: Desk, ask: Ask): Promise<void> {
  const refusal = refuseAsk(desk, ask, null);
  const { doctor } = desk;
  if (refusal !== null || doctor === null)
    return await ask.tell(renderNotice(refusal ?? 'This installation of cf502 has no self-check.'));
  try {
    const report = await withDeadline(doctor.examine(ask.userId), timeoutMs, 'The self-check did not end in time.');
    await ask.tell(renderExamination(toExaminedParts(report)));
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'bug') throw failure;
    await ask.tell(renderNotice(`${failure.message} So the self-check could not be finished; try again in a minute.`));
  }
}
