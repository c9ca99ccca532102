import type { Exchange } from "./exchange.ts";

/** How a family finds its way back after silence or garbage. */
export interface ResyncRule {
  /** Sent first: ends a half-typed line in the device. */
  readonly clear?: string;
  /**
   * A question whose answer looks like no other. Devices answer in order: once its answer is here, every earlier one has
   * been here too. Its `accepts` tells it from the rest. Without it the line is listened to until it is quiet.
   */
  readonly sentinel?: Exchange<unknown>;
  /** The line counts as quiet after this long without a byte, ms. */
  readonly quietMs: number;
}

/** What a family's lines are like. */
export interface ConversationRules {
  /** Characters that each end a line; empty lines do not count. */
  readonly lineEnds: string;
  /** Default deadline of an answer, ms. */
  readonly answerTimeoutMs: number;
  readonly resync: ResyncRule;
  /** True for lines the device says on its own: they never count as an answer. */
  readonly isUnasked?: (line: string) => boolean;
  /** What an unasked line means for where the axes are: a clause where they can be anywhere afterwards, as after a restart. */
  readonly whyDisplaced?: (line: string) => string | undefined;
}
