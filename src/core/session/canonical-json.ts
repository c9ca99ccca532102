/**
 * The one way a value becomes bytes: JSON without blanks, object keys sorted by UTF-16 code units, numbers and strings
 * as ECMAScript writes them. This is RFC 8785 (JSON Canonicalization Scheme), so any tool that knows it gets the same
 * bytes and thereby the same hash. Keys whose value is `undefined` are left out.
 *
 * @throws TypeError on what JSON cannot hold: NaN, infinities, functions, bigints, `undefined` in an array.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new TypeError(`${value} has no place in JSON`);
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : canonicalComposite(value);
    default:
      throw new TypeError(`a ${typeof value} has no place in JSON`);
  }
}

function canonicalComposite(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = new Map<string, unknown>(Object.entries(value));
  let text = "";
  // Array.sort without a comparator compares UTF-16 code units.
  for (const key of [...members.keys()].sort()) {
    const member = members.get(key);
    if (member !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}
