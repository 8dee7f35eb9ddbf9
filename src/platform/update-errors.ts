/**
 * Every error that AWS documents for UpdateDistribution, and the few that every call can end in: what becomes of the proposal, and the sentence for
 * people. A test holds it against the SDK's own list, another against docs/changes.md. Errors in which AWS does not say whether it did it (5xx, no
 * answer) are not here: they are resolved by reading the configuration.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html
 */
import type { Change } from '../remediation/proposal.js';
import { deniedNames, throttlingNames } from './aws-error-names.js';

/** `ask-again`: nothing was changed, the approval is void, and the proposal waits for a new one. `failed`: nothing was changed, and it is over. */
export type RefusalEnd = 'ask-again' | 'failed';

interface KnownRefusal {
  readonly end: RefusalEnd;
  /** Follows "AWS refused the change: ". */
  readonly because: string;
}

const again = (because: string): KnownRefusal => ({ end: 'ask-again', because });
const over = (because: string): KnownRefusal => ({ end: 'failed', because });
/** About something that cf502 sent back as it was: the next update by anybody would be refused as well. */
const elsewhere = (what: string): KnownRefusal =>
  over(`${what}. cf502 sends that part back as it found it, so every update would be refused until it is put right.`);
const quota = (what: string): KnownRefusal =>
  over(
    `${what}. cf502 adds nothing, so a quota of the account must have been lowered below what is in use; ask AWS support.`,
  );

export const updateErrors: Readonly<Record<string, KnownRefusal>> = {
  AccessDenied: over(
    'the change role may not do this. Allow cloudfront:UpdateDistribution on this distribution; with standard logging also s3:GetBucketAcl and s3:PutBucketAcl on the log bucket, with Lambda@Edge also lambda:GetFunction and lambda:EnableReplication*.',
  ),
  CNAMEAlreadyExists: elsewhere('one of its alternate domain names now belongs to another distribution'),
  ContinuousDeploymentPolicyInUse: over(
    'its continuous-deployment policy does not allow this while it is in use. Promote or switch off the staging distribution first.',
  ),
  EntityNotFound: elsewhere('something that the configuration refers to no longer exists'),
  IllegalFieldLevelEncryptionConfigAssociationWithCacheBehavior: elsewhere(
    'its field-level encryption cannot be used with one of its cache behaviours',
  ),
  IllegalOriginAccessConfiguration: elsewhere('one of its origins has both an access control and an access identity'),
  IllegalUpdate: over(
    'this distribution does not allow the update. It may be managed by another AWS service or belong to a continuous deployment; change it where it is managed.',
  ),
  InconsistentQuantities: over(
    'a list in the configuration did not have the length that it states. This is a fault of cf502; please report it.',
  ),
  InvalidArgument: over(
    'it does not accept this value together with the rest of the configuration. Look at the other time-outs of the origin, and at whether continuous deployment is on.',
  ),
  InvalidDefaultRootObject: elsewhere('its default root object is not valid'),
  InvalidDomainNameForOriginAccessControl: elsewhere(
    'one of its origins has an access control and a domain name that does not go with it',
  ),
  InvalidErrorCode: elsewhere('one of its custom error responses has a status that is not valid'),
  InvalidForwardCookies: elsewhere('the cookies that one of its cache behaviours forwards are not valid'),
  InvalidFunctionAssociation: elsewhere('one of its CloudFront Functions cannot be associated as it is'),
  InvalidGeoRestrictionParameter: elsewhere('its geographic restriction is not valid'),
  InvalidHeadersForS3Origin: elsewhere('the headers that it forwards are not valid for an S3 origin'),
  InvalidIfMatchVersion: over(
    'it did not recognise the version of the configuration. This is a fault of cf502; please report it.',
  ),
  InvalidLambdaFunctionAssociation: elsewhere('one of its Lambda@Edge functions cannot be associated as it is'),
  InvalidLocationCode: elsewhere('its geographic restriction names a country that is not valid'),
  InvalidMinimumProtocolVersion: elsewhere('its minimum TLS version for viewers is not valid'),
  InvalidOriginAccessControl: elsewhere('the access control of one of its origins is not valid'),
  InvalidOriginAccessIdentity: elsewhere('the access identity of one of its origins is not valid or is gone'),
  InvalidOriginKeepaliveTimeout: over(
    'it does not accept this keep-alive time-out. Its limit depends on the quotas of the account; ask for a smaller value, or ask AWS for a higher quota.',
  ),
  InvalidOriginReadTimeout: over(
    'it does not accept this read time-out. Above 120 s it needs a higher quota of the account; ask for a smaller value, or ask AWS for the quota.',
  ),
  InvalidQueryStringParameters: elsewhere('the query strings that one of its cache behaviours forwards are not valid'),
  InvalidRelativePath: elsewhere('a path in it is not valid'),
  InvalidRequiredProtocol: over(
    'it wants the request over HTTPS. Look at the endpoint that cf502 is given for CloudFront.',
  ),
  InvalidResponseCode: elsewhere('one of its custom error responses answers with a status that is not valid'),
  InvalidTTLOrder: elsewhere('the cache times of one of its cache behaviours are not in order'),
  InvalidViewerCertificate: elsewhere('its certificate for viewers is not valid any more'),
  InvalidWebACLId: elsewhere('its web ACL does not exist any more'),
  MissingBody: over('the request arrived without its body. This is a fault of cf502 or of a proxy; please report it.'),
  NoSuchCachePolicy: elsewhere('one of its cache policies no longer exists'),
  NoSuchContinuousDeploymentPolicy: elsewhere('its continuous-deployment policy no longer exists'),
  NoSuchDistribution: over('the distribution no longer exists.'),
  NoSuchFieldLevelEncryptionConfig: elsewhere('its field-level encryption no longer exists'),
  NoSuchOrigin: elsewhere('one of its cache behaviours leads to an origin that no longer exists'),
  NoSuchOriginRequestPolicy: elsewhere('one of its origin request policies no longer exists'),
  NoSuchRealtimeLogConfig: elsewhere('its real-time log configuration no longer exists'),
  NoSuchResponseHeadersPolicy: elsewhere('one of its response headers policies no longer exists'),
  PreconditionFailed: again(
    'somebody else changed the distribution in the same moment. It has been read again: look at it and approve it anew.',
  ),
  RealtimeLogConfigOwnerMismatch: elsewhere('its real-time log configuration belongs to another account'),
  StagingDistributionInUse: over(
    'its staging distribution is in use by a continuous deployment. Promote it or switch it off first.',
  ),
  TooManyCacheBehaviors: quota('it has more cache behaviours than are allowed'),
  TooManyCertificates: quota('the account has more certificates than are allowed'),
  TooManyCookieNamesInWhiteList: quota('one of its cache behaviours names more cookies than are allowed'),
  TooManyDistributionCNAMEs: quota('it has more alternate domain names than are allowed'),
  TooManyDistributionsAssociatedToCachePolicy: quota(
    'one of its cache policies has more distributions than are allowed',
  ),
  TooManyDistributionsAssociatedToFieldLevelEncryptionConfig: quota(
    'its field-level encryption has more distributions than are allowed',
  ),
  TooManyDistributionsAssociatedToKeyGroup: quota('one of its key groups has more distributions than are allowed'),
  TooManyDistributionsAssociatedToOriginAccessControl: quota(
    'the access control of an origin has more distributions than are allowed',
  ),
  TooManyDistributionsAssociatedToOriginRequestPolicy: quota(
    'one of its origin request policies has more distributions than are allowed',
  ),
  TooManyDistributionsAssociatedToResponseHeadersPolicy: quota(
    'one of its response headers policies has more distributions than are allowed',
  ),
  TooManyDistributionsWithFunctionAssociations: quota('more distributions use CloudFront Functions than are allowed'),
  TooManyDistributionsWithLambdaAssociations: quota('more distributions use Lambda@Edge than are allowed'),
  TooManyDistributionsWithSingleFunctionARN: quota('one of its functions has more distributions than are allowed'),
  TooManyFunctionAssociations: quota('it has more CloudFront Functions than are allowed'),
  TooManyHeadersInForwardedValues: quota('one of its cache behaviours forwards more headers than are allowed'),
  TooManyKeyGroupsAssociatedToDistribution: quota('it has more key groups than are allowed'),
  TooManyLambdaFunctionAssociations: quota('it has more Lambda@Edge functions than are allowed'),
  TooManyOriginCustomHeaders: quota('one of its origins adds more headers than are allowed'),
  TooManyOriginGroupsPerDistribution: quota('it has more origin groups than are allowed'),
  TooManyOrigins: quota('it has more origins than are allowed'),
  TooManyQueryStringParameters: quota('one of its cache behaviours names more query strings than are allowed'),
  TooManyTrustedSigners: quota('it has more trusted signers than are allowed'),
  TrustedKeyGroupDoesNotExist: elsewhere('one of its key groups no longer exists'),
  TrustedSignerDoesNotExist: elsewhere('one of its trusted signers no longer exists'),
};

/** What every call to AWS can be refused with, beside what the operation documents. */
export const commonErrors = {
  throttled: again('it asked us to slow down. Approve it again in a minute.'),
  credentials: over(
    'it did not accept the credentials of cf502. Give the process valid ones, and check changes.roleArn and changes.externalId in the policy file.',
  ),
  assumeRole: over(
    'cf502 could not assume the change role. Let its trust policy allow sts:AssumeRole and sts:TagSession, and check changes.roleArn and changes.externalId in the policy file.',
  ),
  other: over('it gave a reason that cf502 does not know.'),
} as const;

export interface Refusal {
  readonly end: RefusalEnd;
  /** Full sentences: what AWS said, that nothing was changed, what to do. */
  readonly sentence: string;
}

/** What a refused write means. `errorName` as the SDK names it. Pure. */
export function explainRefusal(errorName: string, details: Readonly<Record<string, unknown>>, change: Change): Refusal {
  const { end, because } = find(errorName, details, change);
  return { end, sentence: `AWS refused the change (${errorName}), and nothing was changed: ${because}` };
}

function find(errorName: string, details: Readonly<Record<string, unknown>>, { target }: Change): KnownRefusal {
  if (details['action'] === 'sts:AssumeRole') return commonErrors.assumeRole;
  if (throttlingNames.has(errorName) || details['httpStatus'] === 429) return commonErrors.throttled;
  const known = Object.hasOwn(updateErrors, errorName) ? updateErrors[errorName] : undefined;
  if (target.kind === 'balancer') return findForBalancer(errorName);
  if (known !== undefined) return known;
  if (deniedNames.has(errorName)) return updateErrors['AccessDenied'] ?? commonErrors.other;
  return /token|credential|signature|clock|skew|accesskey/i.test(errorName)
    ? commonErrors.credentials
    : commonErrors.other;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyLoadBalancerAttributes.html */
function findForBalancer(errorName: string): KnownRefusal {
  if (deniedNames.has(errorName))
    return over(
      'the change role may not do this. Allow elasticloadbalancing:ModifyLoadBalancerAttributes on this load balancer.',
    );
  if (errorName.startsWith('LoadBalancerNotFound')) return over('the load balancer no longer exists.');
  if (errorName.startsWith('InvalidConfigurationRequest'))
    return over('the load balancer does not accept this value. Ask for one between 1 and 4000 s.');
  return commonErrors.other;
}
