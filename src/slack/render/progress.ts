/** The live message of a check under way. The same state always renders to the same JSON, so that an unchanged message is not sent again. */
import type { KnownBlock, PlanBlock } from '@slack/types';
import type { CheckProgress, FirstGuess, TaskProgress } from '../../diagnosis/progress.js';
import { actions, context, list, paragraph, type RenderedMessage, withinLimits } from './blocks.js';
import { cancelButton } from './buttons.js';
import { andMore, firstOf, formatCount, slackLimits } from './limits.js';
import { bold, cleanText, code, fallbackText, interval, type Piece, person } from './text.js';
import { strengthWords } from './words.js';

const maxTasks = 30;

const taskStatus = {
  waiting: 'pending',
  running: 'in_progress',
  done: 'complete',
  unavailable: 'error',
} as const satisfies Record<TaskProgress['state'], string>;

const taskWords = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  unavailable: 'not available',
} as const satisfies Record<TaskProgress['state'], string>;

/** @param options `usePlan`: false where Slack refuses `plan` blocks. */
export function renderProgress(progress: CheckProgress, options: { readonly usePlan: boolean }): RenderedMessage {
  const { shown, more } = firstOf(progress.tasks, maxTasks);
  const asked = cleanText(progress.asked, 80);
  const title = progress.purpose === 'audit' ? `Auditing ${asked}` : `Checking ${asked} for 502s`;
  const blocks: KnownBlock[] = [];
  if (shown.length > 0) blocks.push(options.usePlan ? plan(title, shown) : taskList(title, shown, more));
  else blocks.push(paragraph(bold(title)));
  if (options.usePlan && more > 0) blocks.push(context(andMore(more)));
  if (progress.guess !== null) blocks.push(paragraph(...firstGuess(progress.guess)));
  blocks.push(paragraph(...scope(progress)), paragraph(...phase(progress)));
  const cancellable = progress.phase === 'queued' || progress.phase === 'running';
  return withinLimits(
    fallbackText(`${title}: ${counted(progress)}.`),
    blocks,
    cancellable ? [actions(cancelButton(progress.checkId))] : [],
  );
}

function plan(title: string, tasks: readonly TaskProgress[]): PlanBlock {
  return {
    type: 'plan',
    title: cleanText(title, slackLimits.taskTitle),
    tasks: tasks.map((task, index) => ({
      type: 'task_card',
      // Ids come from us, but must be unique and non-empty whatever they are.
      task_id: `${index + 1}-${cleanText(task.id, 60)}`,
      title: cleanText(task.title, slackLimits.taskTitle),
      status: taskStatus[task.state],
      ...(task.phrase.trim() === '' ? {} : { output: paragraph(cleanText(task.phrase, slackLimits.taskOutput)) }),
    })),
  };
}

function taskList(title: string, tasks: readonly TaskProgress[], more: number): KnownBlock {
  const items = tasks.map((task): Piece[] => [
    cleanText(task.title, slackLimits.taskTitle),
    ': ',
    bold(taskWords[task.state]),
    ...(task.phrase.trim() === '' ? [] : [`, ${cleanText(task.phrase, slackLimits.taskOutput)}`]),
  ]);
  return list([bold(title)], items, more);
}

function firstGuess({ sentence, strength, basis }: FirstGuess): Piece[] {
  return [
    bold('First guess: '),
    cleanText(sentence, 600),
    ` (${strength === null ? '' : `${strengthWords[strength]}; `}from ${cleanText(basis, 200)}. It may change.)`,
  ];
}

function scope(progress: CheckProgress): Piece[] {
  const path = progress.pathPattern;
  return [
    ...interval(progress.window.from, progress.window.to),
    ...(path === null ? [] : [', paths like ', code(cleanText(path, 255))]),
    ', asked by ',
    person(progress.requesterId),
    '.',
  ];
}

function phase(progress: CheckProgress): Piece[] {
  switch (progress.phase) {
    case 'queued':
      return ['Queued. A worker takes it as soon as one is free.'];
    case 'running':
      return ['The answer replaces this message.'];
    case 'cancelling':
      return progress.cancelledBy === null ? ['Stopping.'] : ['Stopping, asked by ', person(progress.cancelledBy), '.'];
    case 'over':
      return progress.cancelledBy === null
        ? ['Everything is collected. The answer follows.']
        : ['Cancelled by ', person(progress.cancelledBy), '.'];
  }
}

function counted(progress: CheckProgress): string {
  if (progress.phase === 'cancelling') return 'stopping';
  if (progress.tasks.length === 0) return progress.phase === 'queued' ? 'queued' : 'starting';
  const over = progress.tasks.filter((task) => task.state === 'done' || task.state === 'unavailable').length;
  return `${formatCount(over)} of ${formatCount(progress.tasks.length)} steps done`;
}
