/** What failed and why, by its path inside the folder that was given: the way there is the same for all of them. */
export function failureWords(input: string, reason: string, given: readonly string[]): string {
  const words = reason.includes(input) ? reason : `${input}: ${reason}`;
  const folder = given.find((path) => input.startsWith(path) && /^[\\/]./u.test(input.slice(path.length)));
  return folder === undefined ? words : words.replaceAll(input, input.slice(folder.length + 1));
}
