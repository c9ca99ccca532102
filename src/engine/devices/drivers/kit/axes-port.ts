import type { Ask } from "./controller-link.ts";

/**
 * What a family's driver says about axes that move together, in um. It holds no state of motion and no limits: those are
 * the kit's, the same for every family.
 */
export interface AxesPort {
  /** For errors: ["x", "y"] or ["z"]. All lists of positions are in this order. */
  readonly names: readonly string[];
  /** Where the axes are, by the controller's count. */
  readPosition(ask: Ask): Promise<readonly number[]>;
  /** Why that count means nothing, as the last reading told; undefined when it does, or the family does not tell. A clause. */
  whyUnreferenced?(): string | undefined;
  /** True while one of these axes is under way. */
  isBusy(ask: Ask): Promise<boolean>;
  /** Resolves once the controller has taken the order. A motion before it has ended by then. */
  startMove(ask: Ask, targetUm: readonly number[]): Promise<void>;
  /** Starts for the reference marks. Only where the family can. */
  startHome?(ask: Ask): Promise<void>;
  /** Makes the place reached the zero, where homing alone does not. */
  finishHome?(ask: Ask): Promise<void>;
  /** Bytes that brake these axes to a stop, end of line included. Whatever is answered to them is put aside. */
  readonly stop: string;
  /** Bytes that stop everything at once, at the cost of steps. */
  readonly emergencyStop: string;
}

/** How a set of axes is to be driven; lists are in the order of the port's names. */
export interface AxesSettings {
  /** No target outside is ever sent. */
  readonly limits: readonly { readonly min: number; readonly max: number }[];
  /** A move has arrived within this, um. */
  readonly toleranceUm: number;
  /** The slowest these axes are set to: sets how long a move may take. */
  readonly speedUmPerS: number;
  /** How often the position is asked for while moving, ms. Default 25. */
  readonly pollMs?: number;
  /** Waiting time after arrival, until vibrations have died away, ms. Default 0. */
  readonly settleMs?: number;
  /** Busy for this long without getting further is stuck, ms. Default 1500. */
  readonly stallMs?: number;
}

/** The same axes with some counted the other way round: a stage mounted turned, a focus that counts downwards. */
export function turnedPort(port: AxesPort, isReversed: readonly boolean[]): AxesPort {
  if (!isReversed.includes(true)) return port;
  const turn = (position: readonly number[]): number[] => position.map((value, index) => (isReversed[index] === true && value !== 0 ? -value : value));
  return {
    ...port,
    // Asked for when it is needed: what stops may depend on what is under way.
    get stop() {
      return port.stop;
    },
    readPosition: async (ask) => turn(await port.readPosition(ask)),
    startMove: (ask, targetUm) => port.startMove(ask, turn(targetUm)),
  };
}
