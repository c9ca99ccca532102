import { expect } from "vitest";
import type { CallOptions, Device } from "../../src/engine/devices/api/device.ts";
import { connect, type DevicePromise, expectRejection, fail, type Subject, until, valueOf } from "./contract.ts";

/**
 * The promises of every device.
 * @param anyCall some call of the interface that a ready device grants
 * @param isSafe true when the hardware is safe: motion stopped, light off, nothing sent
 */
export function devicePromises<D extends Device>(
  anyCall: (device: D, options?: CallOptions) => Promise<unknown>,
  isSafe: (device: D) => boolean,
): DevicePromise<D>[] {
  return [
    {
      text: "is absent until connected, then ready, and tells both",
      async check(subject) {
        expect(subject.device.status().state).toBe("absent");
        const { states } = await connect(subject);
        expect(states.at(-1)).toBe("ready");
        const status = subject.device.status();
        expect(status.identity).toEqual(subject.device.identity);
        expect(status.identity.id).not.toBe("");
      },
    },
    {
      text: "connecting twice and disconnecting twice resolve and change nothing",
      async check(subject) {
        const { states } = await connect(subject);
        const told = states.length;
        await valueOf(subject, subject.device.connect());
        expect(states.length).toBe(told);
        await valueOf(subject, subject.device.disconnect());
        expect(subject.device.status().state).toBe("absent");
        const toldAbsent = states.length;
        await valueOf(subject, subject.device.disconnect());
        expect(states.length).toBe(toldAbsent);
      },
    },
    {
      text: "leaves the hardware safe when disconnected, and connects again",
      async check(subject) {
        await connect(subject);
        await valueOf(subject, anyCall(subject.device));
        await valueOf(subject, subject.device.disconnect());
        expect(isSafe(subject.device)).toBe(true);
        await expectRejection(subject, anyCall(subject.device), "DeviceDisconnected");
        await valueOf(subject, subject.device.connect());
        await valueOf(subject, anyCall(subject.device));
      },
    },
    {
      text: "refuses calls with DeviceDisconnected before it is connected",
      check: (subject) => expectRejection(subject, anyCall(subject.device), "DeviceDisconnected"),
    },
    {
      text: "settles a call that gets no answer at its deadline with DeviceTimeout, and serves the next",
      needs: "timeout",
      async check(subject) {
        await connect(subject);
        await fail(subject, "timeout");
        const startedMs = subject.nowMs();
        await expectRejection(subject, anyCall(subject.device, { timeoutMs: 300 }), "DeviceTimeout", 2000);
        expect(subject.nowMs() - startedMs).toBeGreaterThanOrEqual(299);
        expect(subject.nowMs() - startedMs).toBeLessThan(500);
        await valueOf(subject, anyCall(subject.device));
      },
    },
    {
      text: "has a default deadline",
      needs: "timeout",
      async check(subject) {
        await connect(subject);
        await fail(subject, "timeout");
        await expectRejection(subject, anyCall(subject.device), "DeviceTimeout", 60_000);
      },
    },
    {
      text: "rejects a call with Canceled when its signal was or is aborted",
      needs: "timeout",
      async check(subject) {
        await connect(subject);
        const early = new AbortController();
        early.abort();
        await expectRejection(subject, anyCall(subject.device, { signal: early.signal }), "Canceled");
        await fail(subject, "timeout");
        const abort = new AbortController();
        const call = anyCall(subject.device, { signal: abort.signal });
        const watched = expectRejection(subject, call, "Canceled", 100);
        abort.abort();
        await watched;
      },
    },
    {
      text: "is absent when lost, says so once, and refuses calls with DeviceDisconnected",
      needs: "disconnect",
      async check(subject) {
        const { states } = await connect(subject);
        await fail(subject, "disconnect");
        await until(subject, () => subject.device.status().state === "absent", 5000, "a lost device becomes absent");
        expect(states.filter((state) => state === "absent")).toHaveLength(1);
        expect(subject.device.status().reason).toBeTruthy();
        await expectRejection(subject, anyCall(subject.device), "DeviceDisconnected");
        expect(isSafe(subject.device)).toBe(true);
      },
    },
    {
      text: "settles a call under way when it is lost",
      needs: "disconnect",
      async check(subject) {
        await connect(subject);
        await fail(subject, "timeout");
        const call = anyCall(subject.device);
        const settled = call.then(() => "resolved", () => "rejected");
        await fail(subject, "disconnect");
        await valueOf(subject, settled, 60_000);
      },
    },
    {
      text: "is ready again after it came back",
      needs: "reconnect",
      async check(subject) {
        await connect(subject);
        await fail(subject, "disconnect");
        await fail(subject, "reconnect");
        await valueOf(subject, subject.device.connect());
        expect(subject.device.status().state).toBe("ready");
        await valueOf(subject, anyCall(subject.device));
      },
    },
    {
      text: "leaves no listener and no timer behind once disposed, and may be disposed twice",
      async check(subject) {
        const { states } = await connect(subject);
        await valueOf(subject, anyCall(subject.device));
        await subject.device.dispose();
        expect(isSafe(subject.device)).toBe(true);
        await subject.advance(50);
        expect(subject.pendingCount?.() ?? 0).toBe(0);
        const told = states.length;
        await tryToWake(subject);
        expect(states.length).toBe(told);
        await subject.device.dispose();
      },
    },
    {
      text: "stops telling a listener that left, and lets it leave twice",
      async check(subject) {
        let told = 0;
        const leave = subject.device.onDidChangeStatus(() => {
          told += 1;
        });
        leave();
        leave();
        await valueOf(subject, subject.device.connect());
        expect(told).toBe(0);
      },
    },
  ];
}

/** Does what would make a living device speak. */
async function tryToWake<D extends Device>(subject: Subject<D>): Promise<void> {
  await subject.fail?.("reconnect");
  const waking = subject.device.connect().then(() => "connected", () => "refused");
  await valueOf(subject, waking, 10_000);
}
