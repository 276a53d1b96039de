import { constantFamily } from './constant-family.js';
import type { HeadsFamily } from './heads-family.js';
import { linearFamily } from './linear-family.js';
import { taskMixtureFamily } from './task-mixture-family.js';
import { taskTableFamily } from './task-table-family.js';

/** Those that a policy file can hold and that share one projection, the simplest first. */
export const headsFamilies: readonly HeadsFamily[] = [
  constantFamily,
  taskTableFamily,
  linearFamily,
  taskMixtureFamily,
];
