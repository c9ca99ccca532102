import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GenicamError } from "../genicam-error.ts";
import { type Arithmetic, evaluateFormula, type FormulaValue } from "./evaluate-formula.ts";
import { parseFormula } from "./formula.ts";

const evaluate = (text: string, arithmetic: Arithmetic = "integer", variables: Record<string, FormulaValue> = {}): FormulaValue =>
  evaluateFormula(parseFormula(text), arithmetic, (name) => variables[name]);

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe("formulas", () => {
  it.each<[string, FormulaValue]>([
    ["1 + 2 * 3", 7n],
    ["(1 + 2) * 3", 9n],
    ["2 ** 3 ** 2", 512n],
    ["-2 ** 2", 4n],
    ["7 / 2", 3n],
    ["-7 / 2", -3n],
    ["-7 % 3", -1n],
    ["10 - 3 - 2", 5n],
    ["1 << 4 + 1", 32n],
    ["6 & 3 = 3", 0n],
    ["(6 & 3) = 2", 1n],
    ["1 | 6 ^ 2 & 3", 5n],
    ["5 <> 5 || 3 < 4 && 2 >= 2", 1n],
    ["1 ? 2 ? 3 : 4 : 5", 3n],
    ["0 ? 1 : 0 ? 2 : 3", 3n],
    ["~0", -1n],
    ["- - 3", 3n],
    ["0xFFFFFFFFFFFFFFFF", -1n],
    ["0x10 >> 2", 4n],
    ["-1 >> 70", -1n],
    ["1 << 64", 0n],
    ["ABS(-5) + sgn(-3)", 4n],
    ["9007199254740993 * 3", 27021597764222979n],
    ["2 ** 1000000000000", 0n],
    ["ROUND(2.5)", 3],
    ["SQRT(16)", 4],
  ])("%s is %s in whole numbers", (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each<[string, number]>([
    ["1 / 2", 0.5],
    ["7 % 2.5", 2],
    ["2 ** 0.5", Math.SQRT2],
    ["SIN(PI / 2)", 1],
    ["LN(E)", 1],
    ["LG(1000)", 3],
    ["ROUND(-2.5)", -3],
    ["ROUND(3.14159, 2)", 3.14],
    ["FLOOR(-0.5) + CEIL(0.5) + TRUNC(-1.7)", -1],
    ["1.5e3 + .5", 1500.5],
    ["5.9 & 3", 1],
    ["(1 = 1.0) + (1 <> 2)", 2],
  ])("%s is %s in doubles", (text, value) => {
    expect(evaluate(text, "float")).toBeCloseTo(value, 12);
  });

  it("takes variables with dots and in their own case, before the constants", () => {
    expect(evaluate("VAR.Max - FROM + E", "integer", { "VAR.Max": 10n, FROM: 3n, E: 100n })).toBe(107n);
  });

  it("looks only at the side it needs", () => {
    expect(evaluate("0 && 1 / 0")).toBe(0n);
    expect(evaluate("1 || 1 / 0")).toBe(1n);
    expect(evaluate("1 ? 5 : 1 / 0")).toBe(5n);
  });

  it.each(["1 / 0", "1 % 0", "1 << -1", "0 ** -1", "X", "SQRT(-1)", "2 ** 0.5 ** -5000 & 1e300"])("refuses to work out %s", (text) => {
    expect(() => evaluate(text)).toThrow(GenicamError);
  });

  it.each(["", "1 +", "(1", "1)", "1 2", "FOO(1)", "1 ? 2", "SIN()", "SIN(1, 2)", "$", "1 & ", "(".repeat(5000), "-".repeat(5000), "1".repeat(20_000), `1${"+1".repeat(4000)}`])(
    "refuses %j as a formula",
    (text) => {
      expect(() => parseFormula(text)).toThrow(GenicamError);
    },
  );

  it("counts whole numbers as 64 bits do, for any two of them", () => {
    const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        const of = (text: string): FormulaValue => evaluate(text, "integer", { a, b });
        expect(of("a + b")).toBe(wrap(a + b));
        expect(of("a - b")).toBe(wrap(a - b));
        expect(of("a * b")).toBe(wrap(a * b));
        expect(of("a & b")).toBe(wrap(a & b));
        expect(of("a | b")).toBe(wrap(a | b));
        expect(of("a ^ b")).toBe(wrap(a ^ b));
        expect(of("a < b")).toBe(a < b ? 1n : 0n);
        expect(of("a = b")).toBe(a === b ? 1n : 0n);
        if (b === 0n) return;
        expect(of("a / b * b + a % b")).toBe(wrap(a));
      }),
    );
  });

  it("raises to powers as repeated multiplication does", () => {
    fc.assert(
      fc.property(int64, fc.integer({ min: 0, max: 80 }), (a, n) => {
        expect(evaluate("a ** n", "integer", { a, n: BigInt(n) })).toBe(BigInt.asIntN(64, a ** BigInt(n)));
      }),
    );
  });

  it("ends with a value or a GenicamError for any text", () => {
    const word = fc.constantFrom("1", "0", "2.5", "0x1F", "X", "SIN", "ROUND", "(", ")", ",", "+", "-", "**", "/", "%", "?", ":", "<<", ">>", "=", "<>", "&&", "||", "~", ".", " ");
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), fc.constantFrom<Arithmetic>("integer", "float"), (words, arithmetic) => {
        try {
          expect(evaluate(words.join(""), arithmetic, { X: 7n })).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(GenicamError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
