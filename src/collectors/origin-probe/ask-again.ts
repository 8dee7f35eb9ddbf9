/** Asks again what met a fault: a path that always fails and a server of several that does look the same to one request. */
import type { HttpProbe } from '../../diagnosis/evidence.js';
import type { HttpExchange } from './http.js';

/** Requests that are made once more where an answer showed a fault, and that came out well. */
const againAfterFault = 3;
const againAfterGood = 2;

type Asked = Pick<HttpProbe, 'method' | 'path' | 'viewerPath'>;

/**
 * Each path met one of the servers behind an address, and one of them may have the fault: the same requests again tell a fault of a path from
 * one that comes and goes. Nothing where all stays as it was, since to see the same again is nothing new.
 *
 * @param first what was answered at first; nothing is asked where that was sound.
 */
export async function askAgain(
  first: readonly HttpProbe[],
  ask: (requests: readonly Asked[]) => Promise<readonly (HttpExchange | null)[]>,
): Promise<readonly HttpExchange[]> {
  const faulty = first.find(showsFault);
  if (faulty === undefined) return [];
  const good = first.find((answer) => isEnded(answer) && !showsFault(answer));
  const exchanges = await ask([
    ...Array.from({ length: againAfterFault }, () => faulty),
    ...(good === undefined ? [] : Array.from({ length: againAfterGood }, () => good)),
  ]);
  const again = exchanges.filter((exchange): exchange is HttpExchange => exchange !== null && isEnded(exchange.probe));
  const isOtherwise = ({ probe }: HttpExchange): boolean =>
    showsFault(probe) !== (probe.path === faulty.path && probe.method === faulty.method);
  return again.some(isOtherwise) ? again : [];
}

function showsFault(answer: HttpProbe): boolean {
  return isEnded(answer) && (answer.outcome !== 'response' || answer.status === 502);
}

function isEnded({ outcome }: HttpProbe): boolean {
  return outcome !== 'timed-out' && outcome !== 'failed';
}
