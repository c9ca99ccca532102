import { describe, expect, it } from "vitest";
import type { OcularBridge } from "../../shared/ipc/contract.ts";
import { createClient } from "./client.ts";

function bridgeThat(answers: unknown): { readonly bridge: OcularBridge; readonly emit: (event: unknown) => void } {
  let listener: ((event: never) => void) | undefined;
  const bridge = {
    call: () => (answers instanceof Error ? Promise.reject(answers) : Promise.resolve(answers)),
    on: (_name: string, heard: (event: never) => void) => {
      listener = heard;
      return () => { listener = undefined; };
    },
  } as unknown as OcularBridge;
  return { bridge, emit: (event) => listener?.(event as never) };
}

describe("the client", () => {
  it("gives the parsed value of a good answer", async () => {
    await expect(createClient(bridgeThat({ ok: true, value: { percent: 40 } }).bridge).call("light.set", { percent: 40 })).resolves.toEqual({ percent: 40 });
  });

  it("throws the instrument's own error, tag and words", async () => {
    const refused = createClient(bridgeThat({ ok: false, error: { tag: "DeviceDisconnected", deviceId: "lamp" } }).bridge);
    await expect(refused.call("light.set", { percent: 40 })).rejects.toMatchObject({ name: "DeviceDisconnected", data: { deviceId: "lamp" } });
  });

  it("refuses an answer of the wrong shape and survives a bridge that breaks", async () => {
    await expect(createClient(bridgeThat({ ok: true, value: { percent: "much" } }).bridge).call("light.set", { percent: 40 })).rejects.toMatchObject({ name: "Internal" });
    await expect(createClient(bridgeThat(new Error("no such channel")).bridge).call("light.set", { percent: 40 })).rejects.toMatchObject({ name: "Internal", data: { reason: "no such channel" } });
  });

  it("drops and counts events of the wrong shape", () => {
    const { bridge, emit } = bridgeThat(undefined);
    const client = createClient(bridge);
    const heard: string[] = [];
    const stop = client.on("toast", (toast) => heard.push(toast.text));
    emit({ tone: "notice", text: "good" });
    emit({ tone: "loud", text: "bad" });
    stop();
    emit({ tone: "notice", text: "after" });
    expect(heard).toEqual(["good"]);
    expect(client.malformedEvents).toBe(1);
  });
});
