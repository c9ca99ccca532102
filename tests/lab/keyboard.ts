import { createInterface } from "node:readline";

/** An order that a lab program takes from the keyboard. */
export interface KeyboardOrder {
  /** The first word. Orders that differ in later words only may share it, and what obeys them. */
  readonly name: string;
  /** The words behind its name: "X Y"; absent where there are none. */
  readonly words?: string;
  /** For people. */
  readonly meaning: string;
  /** @returns what to tell. @throws OrderRefused */
  readonly obey: (words: readonly string[]) => string | Promise<string>;
}

/** What was typed is no order, or cannot be obeyed as it stands; the message says why. */
export class OrderRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "OrderRefused";
  }
}

/** A number that was typed; `otherwise` where nothing was. @throws OrderRefused */
export function numberOf(word: string | undefined, otherwise: number): number {
  const value = word === undefined ? otherwise : Number(word);
  if (!Number.isFinite(value)) throw new OrderRefused(`"${word}" is no number.`);
  return value;
}

/** Every order with what it does, a line each. */
export function helpOn(orders: readonly KeyboardOrder[]): string {
  const lines = orders.map(({ name, words, meaning }) => [words === undefined ? name : `${name} ${words}`, meaning] as const);
  const all = [...lines, ["help", "these lines"] as const, ["quit", "ends the device"] as const];
  const width = Math.max(...all.map(([usage]) => usage.length));
  return all.map(([usage, meaning]) => `  ${usage.padEnd(width)}  ${meaning}`).join("\n");
}

/** Does what one line says. @returns what to tell; undefined for an empty line */
export async function obey(orders: readonly KeyboardOrder[], line: string): Promise<string | undefined> {
  const [name = "", ...words] = line.trim().split(/\s+/u);
  if (name === "") return undefined;
  if (name === "help") return helpOn(orders);
  try {
    const order = orders.find((each) => each.name === name);
    if (order === undefined) throw new OrderRefused(`There is no order "${name}".`);
    return await order.obey(words);
  } catch (error) {
    if (error instanceof OrderRefused) return `${error.message} Type help for what there is.`;
    throw error;
  }
}

/** Takes orders until "quit" or the end of the input. */
export async function takeOrders(orders: readonly KeyboardOrder[]): Promise<void> {
  console.log("Type help for what it can be told to do, quit to end it.");
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "quit") return;
    const told = await obey(orders, line);
    if (told !== undefined && told !== "") console.log(told);
  }
}
