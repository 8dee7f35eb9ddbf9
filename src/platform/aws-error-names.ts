/** Names and codes under which AWS, its SDK and Node report the same few things; the services do not agree on one each. */

export const deniedNames: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AccessDeniedFault',
  'Forbidden',
  'NotAuthorized',
  'OperationNotPermitted',
  'UnauthorizedOperation',
  'UnauthorizedAccess',
]);

/** As the SDK's own retry strategy counts them. */
export const throttlingNames: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

export const credentialNames: ReadonlySet<string> = new Set([
  'AuthFailure',
  'CredentialsError',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSecurityToken',
  'InvalidSignatureException',
  'InvalidToken',
  'MissingAuthenticationToken',
  'OptInRequired',
  'ProviderError',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
]);

export const absentNames: ReadonlySet<string> = new Set([
  'EntityNotFound',
  // An archived S3 object: a 403, but no permission would help.
  'InvalidObjectState',
  // A key that exists and cannot be used: no permission would help either.
  'KMS.DisabledException',
  'KMS.InvalidStateException',
  'KMS.KMSInvalidStateException',
  'ListenerNotFound',
  'LoadBalancerNotFound',
  'NotFound',
  'ResourceNotFound',
  'ResourceNotFoundException',
  'TargetGroupNotFound',
]);

export const unansweredNames: ReadonlySet<string> = new Set([
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'InternalServiceError',
  'InternalServiceException',
  'InternalServiceFault',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TimeoutError',
]);

/** Codes of Node's sockets and resolver. */
export const networkCodes: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
]);
