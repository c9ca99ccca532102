import { describe, expect, it } from "vitest";
import { createManualClock } from "../../../core/testing/manual-clock.ts";
import { type Port, textOf } from "../transports/byte-stream.ts";
import { memoryPair } from "../transports/memory-pair.ts";
import { standGuard } from "./stand-guard.ts";

const LINE = { baudRate: 9600 };

function order(sequence: number, ports: readonly { path: string; safe: string }[]): string {
  return JSON.stringify({ sequence, ports: ports.map((port) => ({ ...port, line: LINE })) });
}

async function* lines(...all: readonly string[]): AsyncIterable<string> {
  yield* all;
}

/** Ports that write down what they hear, and refuse to open so many times first. */
function bench(refusals = 0): { readonly heard: Record<string, string>; readonly closed: string[]; readonly portOf: (path: string) => Port } {
  const heard: Record<string, string> = {};
  const closed: string[] = [];
  let left = refusals;
  const portOf = (path: string): Port => ({
    path,
    async open() {
      if (left > 0) {
        left -= 1;
        throw new Error("another program holds it");
      }
      const [host, device] = memoryPair();
      device.onData((bytes) => {
        heard[path] = (heard[path] ?? "") + textOf(bytes);
      });
      device.onClose(() => closed.push(path));
      return host;
    },
  });
  return { heard, closed, portOf };
}

async function stand(input: AsyncIterable<string>, portOf: (path: string) => Port): Promise<{ failures: readonly string[]; answered: number[] }> {
  const clock = createManualClock();
  const answered: number[] = [];
  let failures: readonly string[] | undefined;
  void standGuard(input, (sequence) => answered.push(sequence), portOf, clock).then((ended) => {
    failures = ended;
  });
  for (let turns = 0; failures === undefined && turns < 1000; turns += 1) await clock.advance(20);
  if (failures === undefined) throw new Error("The guard did not end.");
  return { failures, answered };
}

describe("the guard", () => {
  it("writes the newest safe bytes to each port when its owner is gone, twice, and closes it", async () => {
    const { heard, closed, portOf } = bench();
    const { failures, answered } = await stand(lines(order(1, [{ path: "a", safe: "old" }]), order(2, [{ path: "a", safe: "I\r" }, { path: "b", safe: "OFF\r" }])), portOf);
    expect(heard).toEqual({ a: "I\rI\r", b: "OFF\rOFF\r" });
    expect(closed.sort()).toEqual(["a", "b"]);
    expect(answered).toEqual([1, 2]);
    expect(failures).toEqual([]);
  });

  it("does nothing when everything was taken back", async () => {
    const { heard, portOf } = bench();
    await stand(lines(order(1, [{ path: "a", safe: "I\r" }]), order(2, [])), portOf);
    expect(heard).toEqual({});
  });

  it("keeps to what it knew when its owner died in the middle of a word", async () => {
    const { heard, portOf } = bench();
    await stand(lines(order(1, [{ path: "a", safe: "I\r" }]), order(2, [{ path: "a", safe: "other" }]).slice(0, 30)), portOf);
    expect(heard).toEqual({ a: "I\rI\r" });
  });

  it("waits for a port that the system has not given free yet", async () => {
    const { heard, portOf } = bench(20);
    await stand(lines(order(1, [{ path: "a", safe: "I\r" }])), portOf);
    expect(heard).toEqual({ a: "I\rI\r" });
  });

  it("makes the other ports safe when one cannot be opened, and says which", async () => {
    const { heard, portOf } = bench();
    const { failures } = await stand(lines(order(1, [{ path: "gone", safe: "I\r" }, { path: "a", safe: "I\r" }])), (path) => (path === "gone" ? { path, open: () => Promise.reject(new Error("there is no such port")) } : portOf(path)));
    expect(heard).toEqual({ a: "I\rI\r" });
    expect(failures).toEqual(["gone: there is no such port"]);
  });
});
