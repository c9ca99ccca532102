import { useEffect, useState } from "react";
import { useInstrumentState } from "../../api/context.tsx";
import type { SessionSnapshot } from "../../../shared/domain/snapshot.ts";
import { Button } from "../../ui/button.tsx";
import { formatClock } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { useLive, useLiveState } from "./live-context.tsx";
import { liveWords as words } from "./words.ts";

/** The open session, or the few words that start one. */
export function SessionCard(props: { readonly onOpenSession: (name: string) => void }) {
  const session = useInstrumentState((state) => state.snapshot?.session);
  return session === undefined ? <StartForm onOpenSession={props.onOpenSession} /> : <OpenSession session={session} />;
}

function StartForm(props: { readonly onOpenSession: (name: string) => void }) {
  const live = useLive();
  const draft = useLiveState((state) => state.draft);
  const tried = useLiveState((state) => state.startTried);
  const finishedName = useLiveState((state) => state.finishedName);
  const set = (part: Partial<typeof draft>): void => { live.live.setState({ draft: { ...draft, ...part } }); };
  return (
    <form className="oc-session oc-session--form" onSubmit={(event) => { event.preventDefault(); void live.startSession(); }} aria-label="New session" data-testid="session-form">
      {finishedName === undefined ? undefined : (
        <Notice tone="ok" testId="session-sealed" action={<Button label="Open" onPress={() => { props.onOpenSession(finishedName); }} />}>Session sealed</Notice>
      )}
      <div className="oc-session__pair">
        <TextField label="Operator" value={draft.operator} onChange={(operator) => { set({ operator }); }} problem={tried && draft.operator.trim() === "" ? words.missingOperator : undefined} testId="operator" />
        <TextField label="Specimen" value={draft.specimenId} onChange={(specimenId) => { set({ specimenId }); }} problem={tried && draft.specimenId.trim() === "" ? words.missingSpecimen : undefined} testId="specimen" />
      </div>
      <TextField label="Note (may stay empty)" value={draft.note} maxLength={2000} onChange={(note) => { set({ note }); }} testId="note" />
      <button type="submit" className="oc-hidden-text" tabIndex={-1} aria-hidden="true">Start session</button>
    </form>
  );
}

function OpenSession(props: { readonly session: SessionSnapshot }) {
  const { session } = props;
  const live = useLive();
  const busy = useLiveState((state) => state.busy);
  return (
    <div className="oc-session" data-testid="session-card">
      <div className="oc-session__line">
        <span className={session.paused ? "oc-session__state oc-session__state--paused" : "oc-session__state"} data-testid="session-state">{session.paused ? "Paused" : "Recording"}</span>
        <Clock startedAt={session.startedAt} />
      </div>
      <div className="oc-session__who" title={session.folder}>
        <strong>{session.details.specimenId}</strong>
        <span>{session.details.operator}</span>
      </div>
      {session.details.note === "" ? undefined : <p className="oc-session__note" title={session.details.note}>{session.details.note}</p>}
      <div className="oc-session__actions">
        <Button icon={session.paused ? "play" : "pause"} label={session.paused ? words.resume : words.pause} actionId="session.pause" disabled={busy.has("session.pause")} onPress={() => void live.togglePause()} testId="pause-session" />
        <Button icon="undo" label="Undo" actionId="annotation.undo" hint="Takes back the latest correction" disabled={!session.canUndo || busy.has("annotation.undo")} onPress={() => void live.undo()} testId="undo" />
        <Button label={words.finish} actionId="session.finish" disabled={busy.has("session.finish")} onPress={() => { live.askFinish(); }} testId="finish-session" />
      </div>
      <NoteLine />
    </div>
  );
}

function NoteLine() {
  const live = useLive();
  const [text, setText] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const note = text.trim();
        if (note !== "") void live.addNote(note).then((added) => { if (added) setText(""); });
      }}
    >
      <input className="oc-text-field__input oc-session__note-input" aria-label="Note for the log" placeholder="Note for the log, Enter adds it" maxLength={2000} value={text} onChange={(event) => { setText(event.currentTarget.value); }} data-testid="note-input" />
    </form>
  );
}

function Clock(props: { readonly startedAt: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => { setNow(Date.now()); }, 1000);
    return () => { clearInterval(timer); };
  }, []);
  return <time className="oc-session__clock" title={`Started ${props.startedAt}`} data-testid="session-clock">{formatClock((now - Date.parse(props.startedAt)) / 1000)}</time>;
}
