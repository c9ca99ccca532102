import type { StepMemory, StepOutput } from "./run-recipe.ts";

/** The memory that a picture and what is remembered of its steps lie in: all that must not be written over. */
export function heldBuffers({ picture, entries }: StepMemory): ReadonlySet<ArrayBufferLike> {
  return new Set([
    ...picture.planes.map(({ data }) => data.buffer),
    ...entries.flatMap(({ output: { output, signal } }) => [...buffersOf(output), ...(signal === undefined ? [] : [signal.data.buffer])]),
  ]);
}

function buffersOf(output: StepOutput): ArrayBufferLike[] {
  switch (output.stage) {
    case "colour": return output.planes.map(({ data }) => data.buffer);
    case "grey": return [output.plane.data.buffer];
    case "mask": return [output.mask.data.buffer];
    case "objects": return [output.map.labels.buffer];
  }
}
