import type { AnalyzerRef } from "../../shared/domain/comparison.ts";
import { createEmitter } from "../runtime/emitter.ts";
import type { Analyzer } from "./analyzer.ts";

/** An analyzer that was chosen, with the thresholds it brings. */
export interface ChosenAnalyzer {
  readonly ref: AnalyzerRef;
  readonly analyzer: Analyzer;
  /** Empty until a model package is read; empty for recipes. */
  readonly defaultThresholds: () => Readonly<Record<string, number>>;
  /** um per pixel taken for pictures that state none; undefined while unknown, and where they are taken as they are. */
  readonly assumedPixelSizeUm: () => number | undefined;
}

/** A place for one analyzer: who holds `analyzer` goes on when another one, learned or rule-based, takes the seat. */
export interface AnalyzerSeat {
  readonly analyzer: Analyzer;
  ref(): AnalyzerRef;
  defaultThresholds(): Readonly<Record<string, number>>;
  assumedPixelSizeUm(): number | undefined;
  /** The next one sits down; the one before is disposed of. */
  take(next: ChosenAnalyzer): Promise<void>;
}

type State = ReturnType<Analyzer["state"]>;

export function createAnalyzerSeat(first: ChosenAnalyzer): AnalyzerSeat {
  const changes = createEmitter<{ state: State; reason: string | undefined }>();
  let sitting = first;
  let disposed = false;
  const listen = (): (() => void) => sitting.analyzer.onDidChangeState((state, reason) => { changes.emit({ state, reason }); });
  let unlisten = listen();

  const analyzer: Analyzer = {
    identity: () => sitting.analyzer.identity(),
    classes: () => sitting.analyzer.classes(),
    isBusy: () => sitting.analyzer.isBusy(),
    state: () => sitting.analyzer.state(),
    onDidChangeState: (listener) => changes.on(({ state, reason }) => { listener(state, reason); }),
    ready: () => sitting.analyzer.ready(),
    analyze: (...call) => sitting.analyzer.analyze(...call),
    pid: () => sitting.analyzer.pid(),
    dispose: async () => {
      disposed = true;
      await sitting.analyzer.dispose();
      unlisten();
      changes.clear();
    },
  };
  return {
    analyzer,
    ref: () => sitting.ref,
    defaultThresholds: () => sitting.defaultThresholds(),
    assumedPixelSizeUm: () => sitting.assumedPixelSizeUm(),
    take: async (next) => {
      if (disposed) return next.analyzer.dispose();
      const before = sitting.analyzer;
      unlisten();
      sitting = next;
      unlisten = listen();
      changes.emit({ state: next.analyzer.state(), reason: undefined });
      await before.dispose();
    },
  };
}
