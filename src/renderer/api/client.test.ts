import { describe, expect, it, vi } from "vitest";
import type { OcularBridge } from "../../shared/ipc/contract.ts";
import { createClient as createClientOver } from "./client.ts";
import { shapes } from "./shapes.ts";
import type { Shapes } from "./shapes.ts";

const createClient = (bridge: OcularBridge) => createClientOver(bridge, Promise.resolve(shapes));

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

  it("drops and counts events of the wrong shape", async () => {
    const { bridge, emit } = bridgeThat(undefined);
    const client = createClient(bridge);
    const heard: string[] = [];
    const stop = client.on("toast", (toast) => heard.push(toast.text));
    emit({ tone: "notice", text: "good" });
    emit({ tone: "loud", text: "bad" });
    await vi.waitFor(() => { expect(client.malformedEvents).toBe(1); });
    emit({ tone: "notice", text: "under way when nobody listens any more" });
    stop();
    emit({ tone: "notice", text: "after" });
    expect(heard).toEqual(["good"]);
    await Promise.resolve();
    expect(heard).toEqual(["good"]);
    expect(client.malformedEvents).toBe(1);
  });

  it("sends calls at once and hands answers and events on when the shapes are there, in their order", async () => {
    let tell: (loaded: Shapes) => void = () => undefined;
    const asked: string[] = [];
    const { bridge, emit } = bridgeThat({ ok: true, value: { percent: 40 } });
    const client = createClientOver({ ...bridge, call: (name, input) => { asked.push(name); return bridge.call(name, input); } }, new Promise((resolve) => { tell = resolve; }));
    const heard: string[] = [];
    client.on("toast", (toast) => heard.push(toast.text));
    const answer = client.call("light.set", { percent: 40 }).then(({ percent }) => heard.push(`${percent} %`));
    emit({ tone: "notice", text: "first" });
    emit({ tone: "notice", text: "second" });
    await Promise.resolve();
    expect({ asked, heard }).toEqual({ asked: ["light.set"], heard: [] });
    tell(shapes);
    await answer;
    expect(heard).toEqual(["first", "second", "40 %"]);
  });

  it("hands nothing on unchecked when the shapes cannot be had", async () => {
    const { bridge, emit } = bridgeThat({ ok: true, value: { percent: 40 } });
    const client = createClientOver(bridge, Promise.reject(new Error("no such file")));
    const heard: string[] = [];
    client.on("toast", (toast) => heard.push(toast.text));
    emit({ tone: "notice", text: "lost" });
    await expect(client.call("light.set", { percent: 40 })).rejects.toMatchObject({ name: "Internal", data: { reason: "no such file" } });
    expect({ heard, malformed: client.malformedEvents }).toEqual({ heard: [], malformed: 1 });
  });
});
