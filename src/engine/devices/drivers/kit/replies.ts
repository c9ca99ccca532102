import { type Exchange, ONE_LINE, ReplyUnreadable } from "../../transports/exchange.ts";

/** A decimal number and nothing else: "12", "-3.5". Anything more is a garbled answer. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/u;

/** @throws ReplyUnreadable unless the text is one decimal number. */
export function numberOf(text: string): number {
  if (!NUMBER.test(text)) throw new ReplyUnreadable("a number");
  return Number(text);
}

/** @throws ReplyUnreadable unless the text is so many numbers, parted by commas or spaces. */
export function numbersOf(text: string, count: number): number[] {
  const numbers = text.split(/[, \t]+/u).filter((part) => part !== "").map(numberOf);
  if (numbers.length !== count) throw new ReplyUnreadable(`${count} numbers`);
  return numbers;
}

/** The first of so many numbers, checked by the compiler. */
export function first(numbers: readonly number[]): number {
  const [value] = numbers;
  if (value === undefined) throw new ReplyUnreadable("a number");
  return value;
}

/** One command line and the one line that answers it. */
export function lineExchange<T>(command: string, end: string, parse: (reply: string) => T): Exchange<T> {
  return { name: command, send: `${command}${end}`, reply: ONE_LINE, parse };
}
