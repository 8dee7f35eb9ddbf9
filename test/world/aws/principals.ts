/** Who may sign requests to the local AWS: one long-lived key and the sessions that its STS handed out. */
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { PolicyDocument } from './access-policies.js';
import { AwsFault, type AwsService, type Principal, speaksJson } from './wire.js';

export interface RoleSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

export interface Principals {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** @throws AwsFault as AWS answers an unknown key, a wrong session token or an expired session. */
  identify(accessKeyId: string, headers: IncomingHttpHeaders, service: AwsService): Principal;
  openSession(principal: Omit<Principal, 'accessKeyId'>, durationSeconds: number): RoleSession;
  /** Makes every session handed out so far an expired one. */
  expireSessions(): void;
  /** What the long-lived key may do from now on; it may do everything until then. */
  restrictKey(policy: PolicyDocument): void;
}

export function createPrincipals(accountId: string, now: () => Date): Principals {
  const accessKeyId = identifier('AKIA');
  let keyPolicies: readonly PolicyDocument[] = [];
  const sessions = new Map<string, { readonly principal: Principal; readonly token: string; expiresAt: number }>();
  return {
    accessKeyId,
    secretAccessKey: randomBytes(30).toString('base64'),
    identify: (key, headers, service) => {
      if (key === accessKeyId)
        return { accessKeyId, arn: `arn:aws:iam::${accountId}:user/local`, assumedRole: null, policies: keyPolicies };
      const session = sessions.get(key);
      if (session === undefined) {
        throw service === 's3'
          ? new AwsFault(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.')
          : new AwsFault(
              403,
              nameFor(service, 'InvalidClientTokenId', 'UnrecognizedClientException'),
              'The security token included in the request is invalid.',
            );
      }
      if (headers['x-amz-security-token'] !== session.token)
        throw new AwsFault(
          403,
          service === 's3' ? 'InvalidToken' : 'InvalidClientTokenId',
          'The security token included in the request is invalid.',
        );
      if (session.expiresAt <= now().getTime()) {
        throw new AwsFault(
          service === 's3' ? 400 : 403,
          nameFor(service, 'ExpiredToken', 'ExpiredTokenException'),
          'The security token included in the request is expired.',
        );
      }
      return session.principal;
    },
    openSession: (principal, durationSeconds) => {
      const session = {
        accessKeyId: identifier('ASIA'),
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(96).toString('base64'),
        expiration: new Date(now().getTime() + durationSeconds * 1000),
      };
      sessions.set(session.accessKeyId, {
        principal: { ...principal, accessKeyId: session.accessKeyId },
        token: session.sessionToken,
        expiresAt: session.expiration.getTime(),
      });
      return session;
    },
    expireSessions: () => {
      for (const session of sessions.values()) session.expiresAt = 0;
    },
    restrictKey: (policy) => {
      keyPolicies = [policy];
    },
  };
}

/** JSON services name the same errors with `Exception` at the end. */
function nameFor(service: AwsService, xmlName: string, jsonName: string): string {
  return speaksJson(service) ? jsonName : xmlName;
}

function identifier(prefix: 'AKIA' | 'ASIA'): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return prefix + Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % 32)).join('');
}
