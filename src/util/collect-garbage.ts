import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Frees at once what earlier work has left. For the step between reading much and allocating much: V8
 * lets its heap grow in proportion to what was alive at the last collection, and during the reading
 * that was far more than is kept.
 */
export function collectGarbage(): void {
  v8.setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
