/** Progress on stderr: one line that is written over on a terminal, a line per finished task elsewhere. Writes only what it is told to. */
import type { TaskProgress } from '../diagnosis/progress.js';
import { plain } from '../diagnosis/wording.js';

export interface ProgressScreen {
  readonly write: (text: string) => void;
  /** Columns of the terminal; null where it is none (a file, a pipe), and nothing is written over. */
  readonly columns: number | null;
}

export interface ProgressDisplay {
  show(task: TaskProgress): void;
  /** Takes the line away, so that what follows begins on a clean one. */
  clear(): void;
}

/** To the first column, and the line erased. */
const eraseLine = '\r\u001b[2K';
const words: Readonly<Record<TaskProgress['state'], string>> = {
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  unavailable: 'not available',
};

export function createProgressDisplay(screen: ProgressScreen): ProgressDisplay {
  const { write, columns } = screen;
  const tasks = new Map<string, TaskProgress>();
  let shown = '';
  const isOver = (state: TaskProgress['state'] | undefined) => state === 'done' || state === 'unavailable';
  return {
    show(task) {
      const wasOver = isOver(tasks.get(task.id)?.state);
      tasks.set(task.id, task);
      if (columns === null) {
        if (isOver(task.state) && !wasOver) write(`${words[task.state]}: ${describe(task)}\n`);
        return;
      }
      const over = [...tasks.values()].filter(({ state }) => isOver(state)).length;
      const line = `${over} of ${tasks.size}  ${describe(task)}`.slice(0, Math.max(10, columns - 1));
      if (line === shown) return;
      shown = line;
      write(`${eraseLine}${line}`);
    },
    clear() {
      if (columns !== null && shown !== '') write(eraseLine);
      shown = '';
    },
  };
}

function describe({ title, phrase }: TaskProgress): string {
  return plain(phrase === '' ? title : `${title}: ${phrase}`, 300);
}
