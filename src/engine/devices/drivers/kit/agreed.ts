import type { Exchange } from "../../transports/exchange.ts";
import { ReplyUnreadable } from "../../transports/exchange.ts";
import type { Ask } from "./controller-link.ts";

/**
 * A number read twice, which must agree: for relative moves, which a digit lost on the way would send astray.
 * @throws ReplyUnreadable when the two differ.
 */
export async function agreed(exchange: Exchange<number>, ask: Ask): Promise<number> {
  const first = await ask(exchange);
  const second = await ask({ ...exchange, parse: (reply) => requireSame(first, exchange.parse(reply)) });
  return second;
}

function requireSame(first: number, second: number): number {
  if (first !== second) throw new ReplyUnreadable(`${first} again: the two readings differ`);
  return second;
}
