import { Component, Suspense } from "react";
import type { ReactNode } from "react";
import { errorDataOf, describeError } from "../../shared/errors.ts";
import { Notice, Skeleton } from "../ui/notice.tsx";
import { appWords } from "./words.ts";

interface Failed {
  readonly error?: unknown;
}

/**
 * Between a workspace and the window: while its code is read it says so, and one that cannot be shown (its code is missing,
 * or it broke while painting) is told in its own place. The rail, the status bar, the keys and the instrument go on. Give it
 * another `key` for another workspace: what broke there says nothing about this one.
 */
export class WorkspaceGuard extends Component<{ readonly name: string; readonly children: ReactNode }, Failed> {
  override state: Failed = {};

  static getDerivedStateFromError(error: unknown): Failed {
    return { error };
  }

  override render(): ReactNode {
    const { name, children } = this.props;
    if ("error" in this.state) {
      return (
        <main className="oc-app__broken" aria-label={name}>
          <Notice tone="error" testId="workspace-broken">{appWords.workspaceBroken(describeError(errorDataOf(this.state.error, `Showing ${name}`)))}</Notice>
        </main>
      );
    }
    return <Suspense fallback={<div className="oc-app__broken" role="status" aria-label={appWords.workspaceOpening(name)}><Skeleton lines={8} /></div>}>{children}</Suspense>;
  }
}
