import type { PixelKernels } from "../../../core/kernels/pixel-kernels.ts";

/** Thrown in place of a kernel's work when a run is to end. */
export class RunInterrupted extends Error {}

/**
 * The same kernels, each of which first asks whether to go on: a run ends before the next kernel, at most one kernel's
 * time after it was overtaken.
 *
 * @param isOver asked before every kernel; when it says yes the kernel throws {@link RunInterrupted}.
 */
export function interruptibleKernels(kernels: PixelKernels, isOver: () => boolean): PixelKernels {
  const asking = Object.entries(kernels).map(([name, kernel]: [string, unknown]): [string, unknown] => {
    if (typeof kernel !== "function") return [name, kernel];
    return [name, (...given: unknown[]): unknown => {
      if (isOver()) throw new RunInterrupted();
      return (kernel as (...args: unknown[]) => unknown)(...given);
    }];
  });
  // Entry for entry the interface's members, each with its own arguments; TypeScript cannot follow that through a list.
  return Object.fromEntries(asking) as unknown as PixelKernels;
}
