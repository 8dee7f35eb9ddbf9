/** All cases of the bench. */
import type { BenchCase } from '../bench-case.js';
import { balancerCases } from './balancer.js';
import { blindCases } from './blind.js';
import { dnsCases } from './dns.js';
import { edgeCases } from './edge.js';
import { healthyCases } from './healthy.js';
import { httpCases } from './http.js';
import { keepAliveCases } from './keep-alive.js';
import { logsOnlyCases } from './logs-only.js';
import { outOfSightCases } from './out-of-sight.js';
import { ownSuccessesCases } from './own-successes.js';
import { pairCases } from './pairs.js';
import { partFitCases } from './part-fit.js';
import { redHerringCases } from './red-herrings.js';
import { tcpCases } from './tcp.js';
import { tlsCases } from './tls.js';
import { unfamiliarCases } from './unfamiliar.js';

export const cases: readonly BenchCase[] = [
  ...dnsCases,
  ...tcpCases,
  ...tlsCases,
  ...httpCases,
  ...keepAliveCases,
  ...balancerCases,
  ...edgeCases,
  ...logsOnlyCases,
  ...pairCases,
  ...redHerringCases,
  ...healthyCases,
  ...blindCases,
  ...unfamiliarCases,
  ...partFitCases,
  ...outOfSightCases,
  ...ownSuccessesCases,
];
