/** STS of the local AWS: roles that may be assumed, with the session name and the tags recorded. Query protocol. */
import { randomBytes } from 'node:crypto';
import { AssumeRoleResponse$, GetCallerIdentityResponse$ } from '@aws-sdk/client-sts';
import { type PolicyDocument, parsePolicyDocument } from './access-policies.js';
import type { Principals } from './principals.js';
import { respondToQuery } from './query-protocol.js';
import { AwsFault, type AwsRequest, type AwsResponse } from './wire.js';
import type { XmlCodec } from './xml-codec.js';

export interface StsControl {
  /**
   * A role that the long-lived key may assume; with an external id where its trust policy asks for one. `policy` is the JSON of what it may
   * do, everything where absent.
   */
  putRole(arn: string, options?: { readonly externalId?: string; readonly policy?: string }): void;
  /** What the long-lived key may do from now on, as the JSON of a policy. */
  restrictKey(policy: string): void;
}

export interface Sts {
  readonly control: StsControl;
  assumeRole(request: AwsRequest): AwsResponse;
  getCallerIdentity(request: AwsRequest): AwsResponse;
}

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

export function createSts(accountId: string, principals: Principals, xml: XmlCodec): Sts {
  const roles = new Map<string, { readonly externalId: string | null; readonly policies: readonly PolicyDocument[] }>();
  return {
    control: {
      putRole: (arn, options = {}) => {
        roles.set(arn, {
          externalId: options.externalId ?? null,
          policies: options.policy === undefined ? [] : [parsePolicyDocument(options.policy)],
        });
      },
      restrictKey: (policy) => principals.restrictKey(parsePolicyDocument(policy)),
    },
    assumeRole: (request) => {
      const { query, principal } = request;
      const roleArn = query.get('RoleArn') ?? '';
      const sessionName = query.get('RoleSessionName') ?? '';
      const duration = Number(query.get('DurationSeconds') ?? 3600);
      if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
        throw new AwsFault(400, 'ValidationError', 'RoleSessionName must match [\\w+=,.@-]{2,64}.');
      if (!Number.isInteger(duration) || duration < 900 || duration > 43_200)
        throw new AwsFault(400, 'ValidationError', 'DurationSeconds must be between 900 and 43200.');
      const role = roles.get(roleArn);
      if (role === undefined || (role.externalId !== null && role.externalId !== query.get('ExternalId'))) {
        throw new AwsFault(
          403,
          'AccessDenied',
          `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
        );
      }
      const arn = `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${sessionName}`;
      const session = principals.openSession(
        {
          arn,
          assumedRole: { roleArn, sessionName, tags: sessionTags(query) },
          policies: [...role.policies, ...sessionPolicies(query)],
        },
        duration,
      );
      return respondToQuery(
        request,
        namespace,
        xml.writeMembers(AssumeRoleResponse$, {
          Credentials: {
            AccessKeyId: session.accessKeyId,
            SecretAccessKey: session.secretAccessKey,
            SessionToken: session.sessionToken,
            Expiration: session.expiration,
          },
          AssumedRoleUser: {
            AssumedRoleId: `AROA${randomBytes(8).toString('hex').toUpperCase()}:${sessionName}`,
            Arn: arn,
          },
        }),
      );
    },
    getCallerIdentity: (request) =>
      respondToQuery(
        request,
        namespace,
        xml.writeMembers(GetCallerIdentityResponse$, {
          Account: accountId,
          Arn: request.principal.arn,
          UserId: request.principal.accessKeyId,
        }),
      ),
  };
}

/** Packed, a session policy may not be larger than this in plain text. */
const mostPolicyCharacters = 2_048;

function sessionPolicies(query: URLSearchParams): readonly PolicyDocument[] {
  const text = query.get('Policy');
  if (text === null) return [];
  if (text.length > mostPolicyCharacters)
    throw new AwsFault(400, 'PackedPolicyTooLarge', 'The session policy is too large.');
  return [parsePolicyDocument(text)];
}

function sessionTags(query: URLSearchParams): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {};
  for (let index = 1; ; index += 1) {
    const key = query.get(`Tags.member.${index}.Key`);
    if (key === null) return tags;
    tags[key] = query.get(`Tags.member.${index}.Value`) ?? '';
  }
}
