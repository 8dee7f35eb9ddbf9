/** What a person may name: parsed without any look-up. */
import { domainToASCII } from 'node:url';
import { closest, quoteForPeople } from './wording.js';

export type Target =
  | { readonly kind: 'distribution-id'; readonly id: string }
  /** An alias (CNAME) or `dxxxx.cloudfront.net`; resolved to an id by listing distributions. */
  | { readonly kind: 'domain-name'; readonly domainName: string };

export type TargetParse =
  | {
      readonly ok: true;
      readonly target: Target;
      /** The short form to show and to compare by: the policy's name, the id or the domain name, however long what was typed. */
      readonly asked: string;
    }
  | { readonly ok: false; readonly problem: string };

/** Names that the policy file gives to distributions: name -> distribution id. */
export type DistributionNames = Readonly<Record<string, string>>;

const maxTargetLength = 500;
/** Real ids are E and 12 or 13 characters; shorter ones are let through, since AWS is the one to say whether an id exists. */
const distributionId = /^E[A-Z0-9]{2,20}$/;
/** Typed in lower case it must look the part, or a plain word such as `edge` would be taken for an id. */
const lowerCaseId = /^[eE](?=[a-z0-9]*\d)[a-z0-9]{9,20}$/;
const arn = /^arn:aws[a-z-]*:cloudfront::\d{0,12}:distribution\/(E[A-Z0-9]{2,20})(?:[/:].*)?$/i;
/** `#/distributions/E123/origins` in today's console, `#distribution-settings:E123` in the one before. */
const consoleFragment = /(?:#\/?(?:v\d\/)?distributions?\/|#distribution-settings:)(E[A-Z0-9]{2,20})(?![A-Z0-9])/i;
const consoleHost = /(?:^|\.)(?:console\.aws\.amazon\.com|console\.amazonaws\.cn|console\.amazonaws-us-gov\.com)$/i;
const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** Says what is accepted; used by the problem sentences here and by the help. */
export const acceptedTargets =
  'a distribution id (E1A2B3C4D5E6F7), its ARN, its console URL, an alias (www.example.com) or its dxxxx.cloudfront.net name';

/**
 * Parses what a person typed, or pasted from the console or out of a Slack message, as a target.
 * Never throws and never looks anything up. The problem is a full sentence that says what is accepted; it may repeat a part of the text.
 */
export function parseTarget(text: string, names: DistributionNames = {}): TargetParse {
  if (text.length > maxTargetLength) return problem('That is too long to be a distribution', names);
  const typed = unwrap(text);
  if (typed === '') return problem('No distribution was named', names);

  const name = typed.toLowerCase();
  const named = Object.hasOwn(names, name) ? names[name] : undefined;
  if (named !== undefined) return { ok: true, target: { kind: 'distribution-id', id: named }, asked: name };
  if (distributionId.test(typed) || lowerCaseId.test(typed)) return distribution(typed);

  const fromArn = arn.exec(typed)?.[1];
  if (fromArn !== undefined) return distribution(fromArn);
  if (/^arn:/i.test(typed)) return problem(`${quoteForPeople(typed)} is not the ARN of a distribution`, names);

  const host = hostOf(typed);
  if (host !== null && consoleHost.test(host)) {
    const id = consoleFragment.exec(typed)?.[1];
    return id === undefined
      ? problem(`The console URL ${quoteForPeople(typed)} does not show a distribution`, names)
      : distribution(id);
  }
  if (host !== null && isDomainName(host))
    return { ok: true, target: { kind: 'domain-name', domainName: host }, asked: host };

  const near = closest(name, Object.keys(names));
  const hint = near === null ? '' : `, did you mean ${near}`;
  return problem(`${quoteForPeople(typed)} is not a distribution that I can look up${hint}`, names);
}

/** Slack's wrapping (`<https://…|label>`), quotes, smart punctuation and invisible characters taken off. */
function unwrap(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();
  const link = /^<([^<>|]*)(?:\|[^<>]*)?>$/.exec(visible)?.[1] ?? visible;
  return link
    .replaceAll('&amp;', '&')
    .replace(/^[\s"'`“”„‘’‚«»()[\]]+/, '')
    .replace(/[\s"'`“”„‘’‚«»()[\].,;!?…]+$/, '');
}

function hostOf(typed: string): string | null {
  const withoutScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed.replace(/^[^/]*\/\//, '') : typed;
  const authority = withoutScheme.split(/[/?#\\]/, 1)[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d{1,5}$/, '');
  if (host === '' || /\s/.test(host)) return null;
  const wildcard = host.startsWith('*.');
  const ascii = domainToASCII(wildcard ? host.slice(2) : host).replace(/\.$/, '');
  return ascii === '' ? null : `${wildcard ? '*.' : ''}${ascii}`;
}

function isDomainName(host: string): boolean {
  const labels = host.replace(/^\*\./, '').split('.');
  if (host.length > 253 || labels.length < 2) return false;
  // A last label of digits is an IPv4 address, which names no distribution.
  return labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

function distribution(id: string): TargetParse {
  return { ok: true, target: { kind: 'distribution-id', id: id.toUpperCase() }, asked: id.toUpperCase() };
}

function problem(what: string, names: DistributionNames): TargetParse {
  const known = Object.keys(names).sort();
  const listed = known.slice(0, 10).join(', ') + (known.length > 10 ? ', …' : '');
  const orName = known.length === 0 ? '' : `, or one of these names: ${listed}`;
  return { ok: false, problem: `${what}. Give ${acceptedTargets}${orName}.` };
}
