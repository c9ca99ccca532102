import { useEffect } from "react";
import { useInstrument, useInstrumentState } from "../api/context.tsx";
import type { Toast } from "../api/instrument-store.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";

/** Time to read it, and to look up from the eyepiece first. It goes then, because what is cured must not stay red; the log keeps it. */
const SHOWN_MS: Readonly<Record<Toast["tone"], number>> = { notice: 5000, warning: 12_000, error: 20_000 };

/** What needs the person now. */
export function Toasts() {
  const { store } = useInstrument();
  const toasts = useInstrumentState((state) => state.toasts);
  return (
    <div className="oc-toasts" aria-live="polite">
      {toasts.map((toast) => <OneToast key={toast.id} toast={toast} onClose={() => { store.closeToast(toast.id); }} />)}
    </div>
  );
}

function OneToast(props: { readonly toast: Toast; readonly onClose: () => void }) {
  const { toast, onClose } = props;
  useEffect(() => {
    const timer = setTimeout(onClose, SHOWN_MS[toast.tone]);
    return () => { clearTimeout(timer); };
    // A toast's words never change; a new one has a new id.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [toast.id]);
  return <Notice tone={toast.tone} testId="toast" action={<Button iconOnly tone="quiet" icon="close" label="Close" onPress={onClose} />}>{toast.text}</Notice>;
}
