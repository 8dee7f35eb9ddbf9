/** The help text: only what this person may do here. */
import { commandUsage } from '../../diagnosis/command.js';
import { list, paragraph, type RenderedMessage } from './blocks.js';
import { andMore, firstOf } from './limits.js';
import { bold, cleanText, code, fallbackText, type Piece } from './text.js';

export interface HelpFor {
  /** `/cf502` or `@cf502`. */
  readonly prefix: string;
  /** Names of distributions in the policy file that this person may ask about here. */
  readonly names: readonly string[];
  /** Whether any other distribution may be asked about. */
  readonly anyDistribution: boolean;
  readonly defaultSinceMinutes: number;
  readonly maxWindowHours: number;
  /** Whether this person may propose changes here. */
  readonly mayChange: boolean;
  /** Whether there is a self-check. */
  readonly hasDoctor: boolean;
}

const maxNames = 20;

export function renderHelp(help: HelpFor): RenderedMessage {
  const possible = { changes: help.mayChange, doctor: help.hasDoctor };
  const usage = commandUsage.filter((entry) => entry.for === undefined || possible[entry.for]);
  const commands = usage.map(({ line, does }): Piece[] => [code(`${help.prefix} ${line}`), `: ${does}`]);
  return {
    text: fallbackText(`cf502 says why CloudFront answers 502. Type: ${help.prefix} check <target>`),
    blocks: [
      list(['cf502 says why CloudFront answers 502. The evidence is in the thread under the answer.'], commands),
      paragraph(...targets(help)),
      paragraph(
        `Without a time it looks at the last ${help.defaultSinceMinutes} minutes, at most ${help.maxWindowHours} hours. `,
        'In a thread, mention cf502 with the same words, or use the message shortcut “Diagnose CloudFront 502”.',
      ),
    ],
  };
}

function targets(help: HelpFor): Piece[] {
  const kinds = 'a distribution id, its ARN, a link to it in the console, or any of its domain names';
  const { shown, more } = firstOf(help.names, maxNames);
  const names = `${shown.map((name) => cleanText(name, 63)).join(', ')}${more > 0 ? `, ${andMore(more)}` : ''}`;
  if (help.anyDistribution)
    return [bold('Targets: '), help.names.length === 0 ? `${kinds}.` : `${names}; or ${kinds}.`];
  return help.names.length === 0
    ? [bold('Targets: '), 'none that you may ask about here; the policy file lists who may ask about which where.']
    : [bold('Targets here: '), `${names}, and the ids and domain names of these.`];
}
