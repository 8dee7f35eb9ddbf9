/** What a policy file that can be read still lacks. */
import type { DoctorItem } from '../diagnosis/doctor-report.js';
import type { Policy } from '../policy.js';

/** Pure. */
export function examinePolicy({ changes, audit, distributions }: Policy): readonly DoctorItem[] {
  const items: DoctorItem[] = [];
  const lacks = (what: string, remedy: string): void => {
    items.push({ part: 'policy', state: 'missing', what, permission: null, remedy });
  };
  if (changes !== undefined) {
    const { users, groups, quorum } = changes.approvers;
    if (users.length + groups.length === 0)
      lacks(
        'Nobody may approve a change: changes.approvers names neither users nor groups.',
        'Name them in the policy file.',
      );
    else if (groups.length === 0 && quorum > new Set(users).size)
      lacks(
        `changes.approvers asks for ${quorum} approvals and names ${new Set(users).size === 1 ? 'one person' : `${new Set(users).size} people`}.`,
        'Name more approvers, or lower quorum.',
      );
    if (changes.mode === 'apply' && changes.roleArn === undefined)
      lacks(
        'Changes are to be applied, and there is no role to apply them with.',
        'Set changes.roleArn, see iam/change.json and terraform/.',
      );
    if (changes.mode === 'apply' && audit === undefined)
      lacks(
        'The audit log is kept in Redis only: whoever holds Redis could rewrite it unseen.',
        'Set audit in the policy file, see iam/audit-shipping.json and terraform/.',
      );
  }
  const count = Object.keys(distributions).length;
  const named =
    count === 0 ? 'names no distribution' : `names ${count === 1 ? '1 distribution' : `${count} distributions`}`;
  const mode =
    changes === undefined
      ? 'changes nothing'
      : changes.mode === 'apply'
        ? 'applies approved changes'
        : 'rehearses changes only (dry run)';
  return [
    {
      part: 'policy',
      state: 'ok',
      what: `The policy file is well-formed, ${named} and ${mode}.`,
      permission: null,
      remedy: null,
    },
    ...items,
  ];
}
