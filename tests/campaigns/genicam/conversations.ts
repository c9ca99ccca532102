/** Conversations with a GenICam camera whose answers go wrong, over any transport. */
import fc from "fast-check";
import { OcularError } from "../../../src/shared/errors.ts";
import type { GenicamRig } from "../../lab/genicam/rig.ts";
import { settled } from "../../lab/genicam/settled.ts";
import type { CameraTransport } from "../../lab/genicam/transports.ts";

/** What goes wrong with the next answers, while the camera is opened or when it is open. */
export interface Conversation {
  readonly replies: readonly string[];
  readonly isOpening: boolean;
}

export interface Conversations {
  readonly values: fc.Arbitrary<Conversation>;
  /** Rejects when a call ends otherwise than it must. */
  readonly check: (conversation: Conversation) => Promise<void>;
  /** To be called at the end. Rejects when a camera left something behind. */
  readonly end: () => Promise<void>;
}

/** Conversations that one opened camera goes through before it is put away: opening one costs as much as twenty of them. */
const MOST_WITH_ONE = 200;

/**
 * Every call ends by its deadline, as a value or an error of ours; the camera never says what is not so; afterwards it serves
 * again, and leaves nothing behind. Pleas for patience without end are left out: who pleads on is as good as silent.
 */
export function conversationsOver({ passingReplies, open }: CameraTransport): Conversations {
  let inUse: { readonly rig: GenicamRig; count: number } | undefined;

  const end = async (): Promise<void> => {
    const rig = inUse?.rig;
    inUse = undefined;
    if (rig !== undefined) await putAway(rig);
  };

  return {
    end,
    values: fc.record({
      replies: fc.array(fc.constantFrom(...passingReplies, "error"), { maxLength: 40 }),
      isOpening: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
    }),
    async check({ replies, isOpening }) {
      if (isOpening) {
        const rig = await open();
        rig.faults.replies.push(...replies);
        await inTime(rig, rig.camera.connect(), 5000);
        rig.faults.replies.length = 0;
        await serves(rig);
        return putAway(rig);
      }
      const used = inUse ?? { rig: await open(), count: 0 };
      // After a failure the next one begins with a camera of its own: what is told then does not hang on what was before.
      inUse = undefined;
      const { rig } = used;
      if (used.count === 0) await serves(rig);
      rig.faults.replies.push(...replies);
      const set = await inTime(rig, rig.camera.applySettings({ exposureMs: 7 }), 1000);
      if (set !== undefined && set.exposureMs !== 7) throw new Error(`the exposure came back as ${set.exposureMs} ms`);
      rig.faults.replies.length = 0;
      await serves(rig);
      used.count += 1;
      inUse = used;
      if (used.count >= MOST_WITH_ONE) await end();
    },
  };
}

/** The value of a call; undefined when it ended with an error of ours. Rejects for any other error, and when it was late. */
async function inTime<T>({ clock }: GenicamRig, call: Promise<T>, limitMs: number): Promise<T | undefined> {
  const { value, error, tookMs } = await settled(clock, call);
  if (tookMs > limitMs + 10) throw new Error(`a call took ${tookMs} ms of ${limitMs}`);
  if (error !== undefined && !(error instanceof OcularError)) throw new Error("a call ended with an error that is not ours", { cause: error });
  return value;
}

async function serves(rig: GenicamRig): Promise<void> {
  const { camera } = rig;
  if (camera.status().state !== "ready") await inTime(rig, camera.connect(), 5000);
  if (camera.status().state !== "ready") throw new Error(`the camera cannot be opened: it is ${camera.status().state}`);
  const set = await inTime(rig, camera.applySettings({ exposureMs: 8 }), 1000);
  if (set?.exposureMs !== 8) throw new Error("the camera does not serve any more");
}

async function putAway({ end, remains }: GenicamRig): Promise<void> {
  await end();
  const left = remains();
  if (left.open + left.held + left.timers !== 0) throw new Error(`left behind: ${JSON.stringify(left)}`);
}
