/** All cases of the bench. */
import type { BenchCase } from '../bench-case.js';
import { healthyCases } from './healthy.js';
import { httpCases } from './http.js';
import { tcpCases } from './tcp.js';
import { tlsCases } from './tls.js';

export const cases: readonly BenchCase[] = [...tcpCases, ...tlsCases, ...httpCases, ...healthyCases];
