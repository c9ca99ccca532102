/**
 * The environment for a long run of the command line: glibc keeps two heaps for all threads together instead of eight a
 * core. Threads that decode pictures would fill and leave one each, and what is freed in them is not used by others. It is
 * read when a process starts, so it is set by whoever starts it; other C libraries do not know it. A person's own word stands.
 *
 * @param {NodeJS.ProcessEnv} [inherited]
 * @returns {NodeJS.ProcessEnv}
 */
export function givesMemoryBack(inherited = process.env) {
  return { MALLOC_ARENA_MAX: "2", ...inherited };
}
