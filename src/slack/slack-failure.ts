/** What Slack's SDK throws, translated once into our Failures: by class and code, never by message text. */
import type { RespondError } from '@slack/bolt';
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { Failure, type FailureKind, toFailure } from '../failure.js';

/** Slack's error codes that mean something else than `bug`. https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const kindOfCode: Readonly<Record<string, FailureKind>> = {
  not_in_channel: 'not-allowed',
  channel_not_found: 'not-allowed',
  user_not_in_channel: 'not-allowed',
  is_archived: 'not-allowed',
  is_inactive: 'not-allowed',
  restricted_action: 'not-allowed',
  restricted_action_read_only_channel: 'not-allowed',
  restricted_action_thread_only_channel: 'not-allowed',
  restricted_action_non_threadable_channel: 'not-allowed',
  restricted_action_thread_locked: 'not-allowed',
  team_access_not_granted: 'not-allowed',
  ekm_access_denied: 'not-allowed',
  cannot_reply_to_message: 'not-found',
  message_not_found: 'not-found',
  thread_not_found: 'not-found',
  edit_window_closed: 'not-found',
  cant_update_message: 'not-found',
  invalid_auth: 'misconfigured',
  not_authed: 'misconfigured',
  account_inactive: 'misconfigured',
  token_revoked: 'misconfigured',
  token_expired: 'misconfigured',
  not_allowed_token_type: 'misconfigured',
  no_permission: 'misconfigured',
  missing_scope: 'misconfigured',
  ratelimited: 'throttled',
  rate_limited: 'throttled',
  internal_error: 'service-down',
  fatal_error: 'service-down',
  service_unavailable: 'service-down',
  request_timeout: 'service-down',
};

/** The Failure for whatever a call to Slack threw; `details.slackError` is Slack's code, `details.retryAfterSeconds` its wish. */
export function toSlackFailure(thrown: unknown): Failure {
  if (thrown instanceof WebAPIRateLimitedError)
    return new Failure('throttled', 'Slack asks cf502 to slow down.', {
      cause: thrown,
      details: { retryAfterSeconds: thrown.retryAfter },
    });
  if (thrown instanceof WebAPIPlatformError) {
    const slackError = thrown.data.error;
    const pointers = thrown.data.response_metadata?.messages?.slice(0, 5);
    return new Failure(kindOfCode[slackError] ?? 'bug', `Slack refused the call with ${slackError}.`, {
      cause: thrown,
      details: { slackError, ...(pointers === undefined ? {} : { pointers }) },
    });
  }
  if (thrown instanceof WebAPIHTTPError)
    return new Failure('service-down', `Slack answered with HTTP status ${thrown.statusCode}.`, {
      cause: thrown,
      details: { statusCode: thrown.statusCode },
    });
  if (thrown instanceof WebAPIRequestError)
    return new Failure('service-down', 'Slack could not be reached.', { cause: thrown });
  if (isRespondError(thrown))
    return new Failure('service-down', 'Slack did not take the answer at its response URL.', {
      cause: thrown,
      details: { statusCode: thrown.statusCode },
    });
  return toFailure(thrown);
}

/** By its code: the worker, which answers no gesture, would load all of Bolt for the class. */
function isRespondError(thrown: unknown): thrown is RespondError {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'slack_bolt_respond_error';
}

/** Slack's own code for a refused call; null where it was something else. */
export function slackErrorOf(failure: Failure): string | null {
  const { slackError } = failure.details;
  return typeof slackError === 'string' ? slackError : null;
}
