import type { Clock } from "../../../core/clock.ts";
import type { Transcript, TranscriptEntry } from "../transports/transcript.ts";

/** One command to a device's registers, whatever carries it. */
export type RegisterCommand =
  | { readonly kind: "read"; readonly address: bigint; readonly byteCount: number }
  | { readonly kind: "write"; readonly address: bigint; readonly bytes: Uint8Array };

/** What happens to a command on its way; each is told when it happens. */
export interface CommandCourse {
  /** It went out, the first time or again. */
  sent(): void;
  /** The device asked for patience. */
  pleaded(): void;
  /** Something that is got over: a status that is tried again, a pipe that is started afresh. */
  trouble(what: string): void;
  /** What a refusal said. */
  refused(status: string): void;
}

/** The conversation about registers, as it is written down. */
export interface RegisterTalk {
  /**
   * Runs one command and notes it with what came of it; errors pass through.
   * @param isRoutine asked again and again, as a heartbeat is: noted only where something is out of the ordinary
   */
  during(command: RegisterCommand, isRoutine: boolean, work: (course: CommandCourse) => Promise<Uint8Array>): Promise<Uint8Array>;
}

/** Bytes of a value that are shown; a description of a camera is read in pieces of hundreds. */
const SHOWN_BYTES = 16;

/** "reading 8 bytes at 0x8020": what errors call it. */
export function wordsOfCommand(command: RegisterCommand): string {
  return command.kind === "read" ? `reading ${command.byteCount} bytes at ${hex(command.address)}` : `writing ${command.bytes.length} bytes at ${hex(command.address)}`;
}

/** @param transcript where it is written down; undefined: nowhere */
export function registerTalk(transcript: Transcript | undefined, clock: Clock): RegisterTalk {
  if (transcript === undefined) return { during: (_command, _isRoutine, work) => work(SILENT) };
  const note = (direction: TranscriptEntry["direction"], text: string, atMs: number): void => transcript.add({ atMs, direction, text, isWhole: true });
  return {
    async during(command, isRoutine, work) {
      const startedMs = clock.nowMs();
      const seen = { sent: 0, pleas: 0, refusal: "", troubles: new Set<string>() };
      const asked = command.kind === "read" ? `read ${command.byteCount} bytes at ${hex(command.address)}` : `write ${shown(command.bytes)} at ${hex(command.address)}`;
      if (!isRoutine) note(">", asked, startedMs);
      const tell = (direction: "<" | "#", what: string): void => {
        const nowMs = clock.nowMs();
        if (isRoutine) note(">", asked, startedMs);
        const { sent, pleas, troubles } = seen;
        const more = [
          ...(sent > 1 ? [`sent ${sent} times`] : []), ...(pleas > 0 ? [`patience asked for ${pleas === 1 ? "once" : `${pleas} times`}`] : []),
          ...(troubles.size > 0 ? [`on the way ${[...troubles].join(", ")}`] : []),
        ];
        note(direction, [what, `${(nowMs - startedMs).toFixed(1)} ms`, ...more].join(", "), nowMs);
      };
      try {
        const answer = await work({
          sent: () => { seen.sent += 1; },
          pleaded: () => { seen.pleas += 1; },
          trouble: (what) => { seen.troubles.add(what); },
          refused: (status) => { seen.refusal = status; },
        });
        if (!isRoutine || seen.sent > 1 || seen.pleas > 0) tell("<", command.kind === "read" ? `ok: ${shown(answer)}` : "ok");
        return answer;
      } catch (error) {
        if (seen.refusal === "") tell("#", whyNone(error));
        else tell("<", seen.refusal);
        throw error;
      }
    },
  };
}

const SILENT: CommandCourse = { sent: () => undefined, pleaded: () => undefined, trouble: () => undefined, refused: () => undefined };

function whyNone(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "AbortError" ? "no answer was waited for any more" : error.message;
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}

/** "00 00 13 88", "50 4b 03 04 ... of 536 bytes". */
function shown(bytes: Uint8Array): string {
  const some = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return bytes.length > SHOWN_BYTES ? `${some} ... of ${bytes.length} bytes` : some;
}
