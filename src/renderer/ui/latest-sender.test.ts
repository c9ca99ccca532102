import { expect, it } from "vitest";
import { createLatestSender } from "./latest-sender.ts";

it("sends one at a time and of the waiting ones only the newest", async () => {
  const sent: number[] = [];
  const answers: (() => void)[] = [];
  let idle: (() => void) | undefined;
  const wentIdle = new Promise<void>((resolve) => {
    idle = resolve;
  });
  const sender = createLatestSender<number>(
    (value) => new Promise((resolve) => { sent.push(value); answers.push(resolve); }),
    () => idle?.(),
  );
  sender.send(1);
  sender.send(2);
  sender.send(3);
  expect(sent).toEqual([1]);
  answers.shift()?.();
  await expect.poll(() => sent).toEqual([1, 3]);
  answers.shift()?.();
  await wentIdle;
  expect(sent).toEqual([1, 3]);
});

it("tells who is sending that a newer value waits", async () => {
  const seen: boolean[] = [];
  let release: () => void = () => undefined;
  const sender = createLatestSender<number>(async (_, newer) => {
    await new Promise<void>((resolve) => { release = resolve; });
    seen.push(newer.aborted);
  }, () => undefined);
  sender.send(1);
  sender.send(2);
  release();
  await expect.poll(() => seen).toEqual([true]);
  release();
  await expect.poll(() => seen).toEqual([true, false]);
});
