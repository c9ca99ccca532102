import { FinishDialog } from "./finish-dialog.tsx";
import { LivePicture } from "./live-picture.tsx";
import { RoleGapProvider } from "./role-gap.tsx";
import { SidePanel } from "./side-panel.tsx";
import { LiveToolbar } from "./toolbar.tsx";

/** The workspace a technician sees all day. */
export function LiveScreen(props: { readonly onOpenDevices: () => void; readonly onOpenAnalyzers: () => void; readonly onOpenSession: (name: string) => void }) {
  return (
    <RoleGapProvider onOpenDevices={props.onOpenDevices}>
      <main className="oc-live" aria-label="Live">
        <h1 className="oc-hidden-text">Live</h1>
        <div className="oc-live__work">
          <LiveToolbar />
          <LivePicture onOpenDevices={props.onOpenDevices} onOpenAnalyzers={props.onOpenAnalyzers} />
        </div>
        <SidePanel onOpenSession={props.onOpenSession} />
        <FinishDialog />
      </main>
    </RoleGapProvider>
  );
}
