/**
 * An option of a script as a number: a campaign of "ten" runs would be one of none, and call itself clean.
 *
 * @param {string} name as it is typed, "--runs"
 * @param {string} text
 * @param {number} least
 */
export function wholeNumber(name, text, least = 1) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(value) || value < least) throw new Error(`${name} "${text}" is no whole number from ${least} up.`);
  return value;
}
