import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const loaded = new Map<string, unknown>();

/**
 * Loads a package when a function that is not asynchronous first needs it: for packages that take a
 * tenth of a second or more, which most programs do not use. All supported versions of Node can
 * `require` ES modules.
 *
 * @param name of the package, which is the one that `Module` is the type of
 */
export function loadModule<Module>(name: string): Module {
  if (!loaded.has(name)) loaded.set(name, require(fileURLToPath(import.meta.resolve(name))));
  return loaded.get(name) as Module;
}
