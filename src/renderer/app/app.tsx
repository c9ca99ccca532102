import { useEffect, useLayoutEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { STILL } from "../../core/input/pad-motion.ts";
import { InstrumentProvider, useInstrumentState, usePreference } from "../api/context.tsx";
import type { Instrument } from "../api/context.tsx";
import { createBatchDraft } from "../features/batch/batch-draft.ts";
import { DevicesProvider } from "../features/devices/devices-context.tsx";
import { createDevicesController } from "../features/devices/devices-controller.ts";
import type { DevicesController } from "../features/devices/devices-controller.ts";
import { LiveProvider } from "../features/live/live-context.tsx";
import { createLiveController } from "../features/live/live-controller.ts";
import type { LiveController } from "../features/live/live-controller.ts";
import { LiveScreen } from "../features/live/live-screen.tsx";
import { StatusBar } from "../features/live/status-bar.tsx";
import type { KeptTuner } from "../features/recipes/recipes-screen.tsx";
import { ShortcutProvider } from "../ui/shortcuts.tsx";
import { nameOfPress } from "../ui/key-names.ts";
import { dialogIsOpen, ownerOf, ownsKey } from "../ui/key-owner.ts";
import { createActions } from "./actions.ts";
import type { Action } from "./actions.ts";
import { actionOfAssignedKey, actionOfButton, shortcutLabels } from "./assigned-actions.ts";
import { CommandPalette } from "./command-palette.tsx";
import { KeyOverview } from "./key-overview.tsx";
import { actionOfKey, actionOfPress } from "./keymap.ts";
import { createPadPoller } from "./pad-poller.ts";
import { Rail } from "./rail.tsx";
import { createShellStore } from "./shell-store.ts";
import type { ShellStore } from "./shell-store.ts";
import { Toasts } from "./toasts.tsx";
import { appWords } from "./words.ts";
import { WorkspaceGuard } from "./workspace-guard.tsx";
import { BatchScreen, CompareScreen, DevicesScreen, ExplorerScreen, LibraryScreen, RecipesScreen, SettingsScreen } from "./workspaces.tsx";

/** The whole window. */
export function App(props: { readonly instrument: Instrument }) {
  const { instrument } = props;
  const [shell] = useState(createShellStore);
  const [controller] = useState(() => createLiveController(instrument));
  const [devices] = useState(() => createDevicesController(instrument));
  return (
    <InstrumentProvider instrument={instrument}>
      <LiveProvider controller={controller}>
        <DevicesProvider controller={devices}>
          <Shell instrument={instrument} controller={controller} devices={devices} shell={shell} />
        </DevicesProvider>
      </LiveProvider>
    </InstrumentProvider>
  );
}

function Shell(props: { readonly instrument: Instrument; readonly controller: LiveController; readonly devices: DevicesController; readonly shell: ShellStore }) {
  const { controller, devices, shell } = props;
  const { preferences } = props.instrument;
  const state = useStore(shell);
  const [tuner] = useState<KeptTuner>({});
  const [batchDraft] = useState(createBatchDraft);
  const theme = usePreference("theme");
  const assigned = usePreference("assigned");
  const labels = useMemo(() => shortcutLabels(assigned), [assigned]);
  const classes = useInstrumentState((instrument) => instrument.snapshot?.analyzer.classes);
  const actions = useMemo(
    () => createActions(controller, devices, shell, {
      toggleMap: () => { preferences.setState({ mapOpen: !preferences.getState().mapOpen }); },
      toggleTheme: () => { preferences.setState({ theme: preferences.getState().theme === "dark" ? "light" : "dark" }); },
    }, classes ?? []),
    [controller, devices, shell, preferences, classes],
  );
  useEffect(() => { document.documentElement.dataset["theme"] = theme; }, [theme]);
  useKeys(actions, shell, props.instrument);
  usePads(actions, shell, props.instrument, controller);
  useEscStops(props.instrument, controller);

  const openSession = (sessionToOpen: string): void => { shell.setState({ workspace: "library", sessionToOpen }); };
  return (
    <ShortcutProvider labels={labels}>
      <div className="oc-app">
        <Rail current={state.workspace} onOpen={(workspace) => { shell.setState({ workspace }); }} onKeys={() => { shell.setState({ keysOpen: true }); }} />
        <div className="oc-app__room">
          <WorkspaceGuard key={state.workspace} name={appWords.workspaces[state.workspace]}>
            {state.workspace === "live" ? <LiveScreen onOpenDevices={() => { shell.setState({ workspace: "devices" }); }} onOpenAnalyzers={() => { shell.setState({ workspace: "compare" }); }} onOpenSession={openSession} /> : undefined}
            {state.workspace === "compare" ? <CompareScreen /> : undefined}
            {state.workspace === "recipes" ? <RecipesScreen kept={tuner} /> : undefined}
            {state.workspace === "explorer" ? <ExplorerScreen open={state.sessionToOpen} onOpen={(sessionToOpen) => { shell.setState({ sessionToOpen }); }} /> : undefined}
            {state.workspace === "batch" ? <BatchScreen draft={batchDraft} inputs={state.batchInputs} onTaken={() => { shell.setState({ batchInputs: [] }); }} /> : undefined}
            {state.workspace === "library" ? <LibraryScreen open={state.sessionToOpen} onOpen={(sessionToOpen) => { shell.setState({ sessionToOpen }); }} onContinued={() => { shell.setState({ workspace: "live" }); }} onAnalyseAgain={(folder) => { shell.setState({ workspace: "batch", batchInputs: [folder] }); }} /> : undefined}
            {state.workspace === "devices" ? <DevicesScreen /> : undefined}
            {state.workspace === "settings" ? <SettingsScreen meaningOfKey={(name) => actions.find(({ id }) => id === actionOfKey(name))?.label} /> : undefined}
          </WorkspaceGuard>
        </div>
        <StatusBar />
        <Toasts />
        {state.paletteOpen ? <CommandPalette actions={actions} onClose={() => { shell.setState({ paletteOpen: false }); }} /> : undefined}
        {state.keysOpen ? <KeyOverview actions={actions} labels={labels} onClose={() => { shell.setState({ keysOpen: false }); }} /> : undefined}
      </div>
    </ShortcutProvider>
  );
}

/** While anything moves Esc stops it, wherever the keyboard is: in a field, in a dialog, in another workspace. */
function useEscStops({ store }: Instrument, controller: LiveController): void {
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { snapshot } = store.getState();
      if (event.key !== "Escape" || !(snapshot?.stage?.moving === true || snapshot?.focus?.moving === true)) return;
      event.preventDefault();
      event.stopPropagation();
      void controller.stop();
    };
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => { window.removeEventListener("keydown", onKeyDown, { capture: true }); };
  }, [store, controller]);
}

/** Runs an action by its id, where it has a place. */
function runAction(actions: readonly Action[], id: string | undefined, shell: ShellStore): boolean {
  const action = actions.find((each) => each.id === id);
  if (action === undefined || (action.scope !== "everywhere" && shell.getState().workspace !== action.scope)) return false;
  action.run();
  return true;
}

/** One listener for all keys, there as soon as anything is to be seen. A dialog keeps them to itself. */
function useKeys(actions: readonly Action[], shell: ShellStore, { preferences }: Instrument): void {
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || dialogIsOpen()) return;
      const owner = ownerOf(event.target);
      const name = nameOfPress(event);
      const given = event.repeat || (owner !== undefined && ownsKey(owner, name)) ? undefined : actionOfAssignedKey(name, preferences.getState().assigned);
      if (runAction(actions, given ?? actionOfPress(event, owner), shell)) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => { window.removeEventListener("keydown", onKeyDown); };
  }, [actions, shell, preferences]);
}

/** Gamepads, and pedals that are gamepads. A stick moves the stage only where the picture is to be seen; stop is heard everywhere. */
function usePads(actions: readonly Action[], shell: ShellStore, { preferences }: Instrument, controller: LiveController): void {
  useEffect(() => {
    const poller = createPadPoller({
      pads: () => navigator.getGamepads(),
      hasFocus: () => document.hasFocus(),
      every: (ms, work) => {
        const timer = setInterval(work, ms);
        return () => { clearInterval(timer); };
      },
      onMotion: (motion) => { controller.drive(shell.getState().workspace === "live" && !dialogIsOpen() ? motion : STILL); },
      onPress: (button) => {
        const id = actionOfButton(button, preferences.getState().assigned);
        if (id === "stage.stop" || !dialogIsOpen()) runAction(actions, id, shell);
      },
      onLost: () => {
        controller.drive(STILL);
        void controller.stop();
      },
    });
    const update = (): void => { poller.update(); };
    const events = ["gamepadconnected", "gamepaddisconnected", "focus", "blur"] as const;
    for (const name of events) window.addEventListener(name, update);
    update();
    return () => {
      for (const name of events) window.removeEventListener(name, update);
      poller.dispose();
    };
  }, [actions, shell, preferences, controller]);
}
