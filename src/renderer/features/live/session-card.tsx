import { useEffect, useRef, useState } from "react";
import { useInstrumentState } from "../../api/context.tsx";
import type { SessionSnapshot } from "../../../shared/domain/snapshot.ts";
import { Button } from "../../ui/button.tsx";
import { formatClock } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { useReturnFocus } from "../../ui/use-return-focus.ts";
import { CountingForm } from "./counting-form.tsx";
import { useLive, useLiveState } from "./live-context.tsx";
import { createSessionClock } from "./session-clock.ts";
import { liveWords as words } from "./words.ts";

/** The open session, or the few words that start one. */
export function SessionCard(props: { readonly onOpenSession: (name: string) => void }) {
  const session = useInstrumentState((state) => state.snapshot?.session);
  return session === undefined ? <StartForm onOpenSession={props.onOpenSession} /> : <OpenSession session={session} />;
}

function StartForm(props: { readonly onOpenSession: (name: string) => void }) {
  const live = useLive();
  const draft = useLiveState((state) => state.draft);
  const tries = useLiveState((state) => state.startTries);
  const tried = tries > 0;
  const form = useRef<HTMLFormElement>(null);
  const finishedName = useLiveState((state) => state.finishedName);
  const set = (part: Partial<typeof draft>): void => { live.live.setState({ draft: { ...draft, ...part } }); };
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [tries]);
  return (
    <form ref={form} className="oc-session oc-session--form" onSubmit={(event) => { event.preventDefault(); void live.startSession(); }} aria-label="New session" data-testid="session-form">
      {finishedName === undefined ? undefined : (
        <Notice tone="ok" testId="session-sealed" action={<Button label="Open" onPress={() => { props.onOpenSession(finishedName); }} />}>Session sealed</Notice>
      )}
      <div className="oc-session__pair">
        <TextField label="Operator" value={draft.operator} onChange={(operator) => { set({ operator }); }} problem={tried && draft.operator.trim() === "" ? words.missingOperator : undefined} testId="operator" />
        <TextField label="Specimen" value={draft.specimenId} onChange={(specimenId) => { set({ specimenId }); }} problem={tried && draft.specimenId.trim() === "" ? words.missingSpecimen : undefined} testId="specimen" />
      </div>
      <TextField label="Note (may stay empty)" value={draft.note} maxLength={2000} onChange={(note) => { set({ note }); }} testId="note" />
      <CountingForm />
      <button type="submit" className="oc-hidden-text" tabIndex={-1} aria-hidden="true">Start session</button>
    </form>
  );
}

function OpenSession(props: { readonly session: SessionSnapshot }) {
  const { session } = props;
  const live = useLive();
  const busy = useLiveState((state) => state.busy);
  const [noting, setNoting] = useState(false);
  return (
    <div className="oc-session" data-testid="session-card">
      <div className="oc-session__line">
        <span className={session.paused ? "oc-session__state oc-session__state--paused" : "oc-session__state"} data-testid="session-state">{session.paused ? "Paused" : "Recording"}</span>
        <Clock startedAt={session.startedAt} />
      </div>
      <div className="oc-session__line" title={[`${session.details.specimenId}, ${session.details.operator}`, ...(session.details.note === "" ? [] : [session.details.note]), session.folder].join("\n")}>
        <strong className="oc-session__specimen">{session.details.specimenId}</strong>
        <span className="oc-session__operator">{session.details.operator}</span>
      </div>
      <div className="oc-session__actions">
        <Button iconOnly icon={session.paused ? "play" : "pause"} label={session.paused ? words.resume : words.pause} actionId="session.pause" disabled={busy.has("session.pause")} onPress={() => void live.togglePause()} testId="pause-session" />
        <Button iconOnly icon="undo" label="Undo the latest correction" actionId="annotation.undo" disabled={!session.canUndo || busy.has("annotation.undo")} onPress={() => void live.undo()} testId="undo" />
        <Button label="Note" hint="A note for the log" pressed={noting} onPress={() => { setNoting(!noting); }} testId="note-open" />
        <Button label={words.finish} actionId="session.finish" disabled={busy.has("session.finish")} onPress={() => { live.askFinish(); }} testId="finish-session" />
      </div>
      {noting ? <NoteLine onDone={() => { setNoting(false); }} /> : undefined}
    </div>
  );
}

function NoteLine(props: { readonly onDone: () => void }) {
  const live = useLive();
  const [text, setText] = useState("");
  useReturnFocus();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const note = text.trim();
        if (note !== "") void live.addNote(note).then((added) => { if (added) props.onDone(); });
      }}
    >
      <input
        className="oc-text-field__input"
        aria-label="Note for the log"
        placeholder="Note for the log: Enter adds it, Esc drops it"
        autoFocus
        maxLength={2000}
        value={text}
        onChange={(event) => { setText(event.currentTarget.value); }}
        onKeyDown={(event) => { if (event.key === "Escape") props.onDone(); }}
        data-testid="note-input"
      />
    </form>
  );
}

/** Of all looks at the session, also after one at another screen. */
const sessionClock = createSessionClock();

function Clock(props: { readonly startedAt: string }) {
  const { startedAt } = props;
  const [elapsedMs, setElapsedMs] = useState(() => sessionClock.elapsedMs(startedAt));
  useEffect(() => {
    const timer = setInterval(() => { setElapsedMs(sessionClock.elapsedMs(startedAt)); }, 1000);
    return () => { clearInterval(timer); };
  }, [startedAt]);
  return <time className="oc-session__clock" title={`Started ${startedAt}`} data-testid="session-clock">{formatClock(elapsedMs / 1000)}</time>;
}
