import type { PreviewMessage } from "../../../shared/ipc/contract.ts";

export type Cfa = NonNullable<PreviewMessage["cfa"]>;
export type FourWeights = readonly [number, number, number, number];

/** What a colour filter pattern means for the four sites (0,0), (1,0), (0,1), (1,1) of its 2x2 cell. */
export interface CfaSites {
  /** Share of each site in a colour: one site for red and blue, two halves for green. */
  readonly red: FourWeights;
  readonly green: FourWeights;
  readonly blue: FourWeights;
  /** Column and row of red. */
  readonly redSite: readonly [number, number];
}

export function cfaSites(cfa: Cfa): CfaSites {
  const at = cfa.indexOf("R");
  return { red: weights(cfa, "R", 1), green: weights(cfa, "G", 0.5), blue: weights(cfa, "B", 1), redSite: [at % 2, Math.floor(at / 2)] };
}

function weights(cfa: Cfa, color: string, weight: number): FourWeights {
  const of = (site: number): number => (cfa[site] === color ? weight : 0);
  return [of(0), of(1), of(2), of(3)];
}
