import { expect, it } from "vitest";
import type { CameraFeatureValue } from "../../../../shared/domain/device-setup.ts";
import { createFeatureValues } from "./feature-values.ts";

/** A camera that answers when it is told to, and a turn that ends when it is told to. */
function makeCamera() {
  const asked: { readonly names: readonly string[]; readonly answer: () => void; readonly fail: (error: Error) => void }[] = [];
  const turn: (() => void)[] = [];
  const values = createFeatureValues({
    read: (names) => new Promise((resolve, reject) => {
      asked.push({ names, answer: () => { resolve(names.map((name): CameraFeatureValue => ({ name, access: "RW", value: `${name}!` }))); }, fail: reject });
    }),
    soon: (task) => { turn.push(task); },
    wordsOf: (error) => (error instanceof Error ? error.message : String(error)),
  });
  return { asked, values, endTurn: () => { for (const task of turn.splice(0)) task(); } };
}

it("asks once for all that is in view, and for nothing else", async () => {
  const { asked, values, endTurn } = makeCamera();
  values.watch("ExposureTime");
  values.watch("Gain");
  const scrolledAway = values.watch("Width");
  scrolledAway();
  endTurn();
  expect(asked.map(({ names }) => names)).toEqual([["ExposureTime", "Gain"]]);
  asked[0]?.answer();
  await expect.poll(() => values.store.getState().values["Gain"]?.value).toBe("Gain!");
});

it("has one question under way, and asks for what came meanwhile after it", async () => {
  const { asked, values, endTurn } = makeCamera();
  values.watch("ExposureTime");
  endTurn();
  values.watch("Gain");
  values.refresh();
  endTurn();
  expect(asked).toHaveLength(1);
  asked[0]?.answer();
  await expect.poll(() => {
    endTurn();
    return asked.map(({ names }) => [...names].sort());
  }).toEqual([["ExposureTime"], ["ExposureTime", "Gain"]]);
});

it("reads again only what is still watched, twice watched is watched", () => {
  const { asked, values, endTurn } = makeCamera();
  const first = values.watch("Gain");
  values.watch("Gain");
  first();
  values.watch("Width")();
  values.refresh();
  endTurn();
  expect(asked.map(({ names }) => names)).toEqual([["Gain"]]);
});

it("says why a reading failed, and forgets it with the next that did not", async () => {
  const { asked, values, endTurn } = makeCamera();
  values.watch("Gain");
  endTurn();
  asked[0]?.fail(new Error("unplugged"));
  await expect.poll(() => values.store.getState().problem).toBe("unplugged");
  values.refresh();
  endTurn();
  asked[1]?.answer();
  await expect.poll(() => values.store.getState().problem).toBeUndefined();
});
