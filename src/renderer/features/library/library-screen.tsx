import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { describeError, errorDataOf } from "../../../shared/errors.ts";
import type { SessionSummary, SessionView } from "../../../shared/ipc/contract.ts";
import { useInstrument, useInstrumentState } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { formatDateTime, formatPlural } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import type { IconName } from "../../ui/icon.tsx";
import { Empty, Notice, Skeleton } from "../../ui/notice.tsx";
import { SearchField } from "../../ui/search-field.tsx";
import { matchingSessions } from "./matching-sessions.ts";
import { SessionScreen } from "./session-screen.tsx";
import { libraryWords as words } from "./words.ts";

type Loaded<T> = { readonly kind: "loading" } | { readonly kind: "failed"; readonly text: string } | { readonly kind: "ready"; readonly value: T };
const LOADING = { kind: "loading" } as const;

/** Saved sessions on the left, the chosen one on the right: checked, and only to look at. */
export function LibraryScreen(props: { readonly open: string | undefined; readonly onOpen: (name: string) => void; readonly onContinued: () => void; readonly onAnalyseAgain: (folder: string) => void }) {
  const { client } = useInstrument();
  const [list, setList] = useState<Loaded<readonly SessionSummary[]>>(LOADING);
  const [asked, setAsked] = useState(0);
  const liveSession = useInstrumentState((state) => state.snapshot?.session?.name);
  useEffect(() => {
    let current = true;
    client.call("library.list", {}).then(
      (value) => { if (current) setList({ kind: "ready", value }); },
      (error: unknown) => { if (current) setList({ kind: "failed", text: describeError(errorDataOf(error, "Listing the sessions")) }); },
    );
    return () => { current = false; };
  }, [client, asked, liveSession]);

  return (
    <main className="oc-library" aria-label="Library">
      <section className="oc-library__list" aria-label={words.title}>
        <header className="oc-page__head">
          <h1 className="oc-page__title">{words.title}</h1>
          <Button iconOnly tone="quiet" icon="refresh" label="Look again" onPress={() => { setAsked(asked + 1); }} />
        </header>
        {list.kind === "loading" ? <Skeleton lines={8} /> : undefined}
        {list.kind === "failed" ? <Notice tone="error">{list.text}</Notice> : undefined}
        {list.kind === "ready" && list.value.length === 0 ? <Empty title={words.empty} testId="library-empty">{words.emptyHint}</Empty> : undefined}
        {list.kind === "ready" && list.value.length > 0 ? <Rows sessions={list.value} open={props.open} onOpen={props.onOpen} /> : undefined}
      </section>
      {props.open === undefined ? <Empty title={list.kind === "ready" && list.value.length === 0 ? words.nothingToOpen : words.choose}>{words.chooseHint}</Empty> : <Opened key={props.open} name={props.open} onContinued={props.onContinued} onAnalyseAgain={props.onAnalyseAgain} />}
    </main>
  );
}

const STATE_ICONS: Readonly<Record<SessionSummary["state"], IconName>> = { open: "live", sealed: "ok", recovered: "warning", damaged: "error" };

/** All of them, or those with what was typed. Tab comes to one row, the arrow keys go on from there; the open one is in sight. */
function Rows(props: { readonly sessions: readonly SessionSummary[]; readonly open: string | undefined; readonly onOpen: (name: string) => void }) {
  const { sessions, open } = props;
  const [typed, setTyped] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const shown = useMemo(() => matchingSessions(sessions, typed), [sessions, typed]);
  const tabStop = shown.some(({ name }) => name === open) ? open : shown[0]?.name;
  useLayoutEffect(() => {
    list.current?.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const rows = [...(list.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    rows[rows.findIndex((row) => row === document.activeElement) + step]?.focus();
    event.preventDefault();
  };
  return (
    <>
      <div className="oc-library__search">
        <SearchField label={words.search} value={typed} onChange={setTyped} testId="library-search" />
        <span role="status" data-testid="library-shown">{words.shown(shown.length, sessions.length)}</span>
      </div>
      <ul ref={list} className="oc-library__rows" onKeyDown={onKeyDown}>
        {shown.map((summary) => <Row key={summary.name} summary={summary} chosen={summary.name === open} isTabStop={summary.name === tabStop} onOpen={props.onOpen} />)}
      </ul>
    </>
  );
}

function Row(props: { readonly summary: SessionSummary; readonly chosen: boolean; readonly isTabStop: boolean; readonly onOpen: (name: string) => void }) {
  const { summary } = props;
  return (
    <li>
      <button type="button" tabIndex={props.isTabStop ? 0 : -1} title={summary.name} className={classNames("oc-library__row", props.chosen && "oc-library__row--chosen")} aria-pressed={props.chosen} onClick={() => { props.onOpen(summary.name); }} data-testid="library-row" data-session={summary.name}>
        <span className="oc-library__line">
          <strong>{summary.details?.specimenId ?? summary.name}</strong>
          <span className={`oc-state oc-state--${summary.state}`} title={words.stateHints[summary.state]} data-testid="library-state"><Icon name={STATE_ICONS[summary.state]} size={14} />{words.states[summary.state]}</span>
        </span>
        <span className="oc-library__line oc-library__line--quiet">
          <span>{summary.startedAt === undefined ? "" : formatDateTime(summary.startedAt)}{summary.details === undefined ? "" : `, ${summary.details.operator}`}</span>
          <span>{formatPlural(summary.total, "cell", "cells")} in {formatPlural(summary.fields, "field", "fields")}</span>
        </span>
        {summary.problem === undefined ? undefined : <span className="oc-library__problem">{summary.problem}</span>}
      </button>
    </li>
  );
}

function Opened(props: { readonly name: string; readonly onContinued: () => void; readonly onAnalyseAgain: (folder: string) => void }) {
  const { client } = useInstrument();
  const [session, setSession] = useState<Loaded<SessionView>>(LOADING);
  useEffect(() => {
    let current = true;
    client.call("library.open", { name: props.name }).then(
      (value) => { if (current) setSession({ kind: "ready", value }); },
      (error: unknown) => { if (current) setSession({ kind: "failed", text: describeError(errorDataOf(error, "Opening the session")) }); },
    );
    return () => { current = false; };
  }, [client, props.name]);
  if (session.kind === "loading") return <Empty title={words.opening}><Skeleton lines={3} /></Empty>;
  if (session.kind === "failed") return <div className="oc-page"><Notice tone="error" testId="verify-result">{session.text}</Notice></div>;
  return <SessionScreen session={session.value} onContinued={props.onContinued} onAnalyseAgain={props.onAnalyseAgain} />;
}
