/** What a test or the demo holds in its hands when the local Slack runs. */
import type { Change, WaitOptions } from './changes.js';
import type { Delivery } from './delivery/delivery.js';
import type { HttpAnswer } from './delivery/signed-http.js';
import type { DisconnectReason } from './delivery/socket-mode.js';
import type { Message } from './message.js';
import type { Person } from './person.js';
import type { Identity, SlackChannel, SlackUser, UserGroup } from './seed.js';
import type { View } from './view.js';
import type { AnswerRule, RuleHandle } from './web-api/answer-rules.js';
import type { Call } from './web-api/journal.js';

export interface LocalSlackOptions {
  readonly users?: readonly SlackUser[];
  readonly channels?: readonly SlackChannel[];
  readonly userGroups?: readonly UserGroup[];
  /** Scopes the app was granted. */
  readonly botScopes?: readonly string[];
  /** Block types this workspace refuses, for example `plan`. */
  readonly refusedBlocks?: readonly string[];
  readonly enforceRateLimits?: boolean;
  /** 3 seconds unless told. */
  readonly ackTimeoutMs?: number;
  /** At once, after a minute and after five unless told. */
  readonly eventRetryDelaysMs?: readonly number[];
  /** How long Slack looks through an uploaded file before a message can show it; 0 unless told. */
  readonly fileScanMs?: number;
  /** Milliseconds since 1970; the lifetimes of triggers and addresses follow it. */
  readonly now?: () => number;
}

/** What a bot process needs to talk to it. */
export interface SlackEnvironment {
  readonly SLACK_API_URL: string;
  readonly SLACK_BOT_TOKEN: string;
  readonly SLACK_APP_TOKEN: string;
  readonly SLACK_SIGNING_SECRET: string;
}

export interface LocalSlack {
  /** `http://127.0.0.1:port/api/`, for `slackApiUrl`. */
  readonly apiUrl: string;
  readonly environment: SlackEnvironment;
  readonly identity: Identity;
  /** What the app asked, oldest first. */
  readonly calls: readonly Call[];
  /** What was brought to the app, oldest first. */
  readonly deliveries: readonly Delivery[];
  /** What the app did that Slack knows nothing of; a good test ends with none. */
  readonly complaints: readonly string[];
  /** Number of open Socket Mode connections. */
  readonly connections: number;
  person(userId: string): Person;
  channel(idOrName: string): SlackChannel;
  /** Adds a channel or puts another in its place, for example one that is archived now. */
  setChannel(channel: SlackChannel): void;
  user(userId: string): SlackUser;
  setUserGroup(group: UserGroup): void;
  /** What everybody sees in the channel without opening threads, oldest first. */
  messages(channel: string): readonly Message[];
  /** The parent and its replies. */
  thread(channel: string, ts: string): readonly Message[];
  /** What only this person sees. */
  ephemerals(userId: string): readonly Message[];
  /** The message as it is now; null where it is gone. */
  message(channel: string, ts: string): Message | null;
  /** The modal on top of this person's screen. */
  view(userId: string): View | null;
  home(userId: string): View | null;
  /** Makes a method answer badly; `*` is every method, `response_url` and `files.upload` the two that are none. */
  answer(method: string, rule: AnswerRule): RuleHandle;
  refuseBlocks(...types: readonly string[]): void;
  takeBlocks(...types: readonly string[]): void;
  grantScopes(...scopes: readonly string[]): void;
  revokeScopes(...scopes: readonly string[]): void;
  /** From now on signed requests go to this address instead of envelopes into sockets. */
  useHttp(requestUrl: string): void;
  useSocketMode(): void;
  /** Asks the Socket Mode clients to come again. */
  disconnectSockets(reason: DisconnectReason): void;
  /** Breaks the Socket Mode connections. */
  cutSockets(): void;
  /** Sends the very bytes of an earlier signed delivery again. */
  replay(delivery: Delivery, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
  /** Name of a user, channel or group, for reading messages aloud; the id itself where it is unknown. */
  nameOf(id: string): string;
  on(event: 'change', listener: (change: Change) => void): () => void;
  /** Resolves with the first value that is not undefined, null or false; asked now and after every change. */
  waitFor<Value>(look: (slack: LocalSlack) => Value | undefined | null | false, options?: WaitOptions): Promise<Value>;
  stop(): Promise<void>;
}
