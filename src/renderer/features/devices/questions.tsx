import { ForgetDialog } from "./questions/forget-dialog.tsx";
import { HomeDialog } from "./questions/home-dialog.tsx";
import { ImportDialog } from "./questions/import-dialog.tsx";
import { PlaceDialog } from "./questions/place-dialog.tsx";
import { RemoveDialog } from "./questions/remove-dialog.tsx";
import { useDevicesState } from "./devices-context.tsx";
import { AddWizard } from "./wizard/add-wizard.tsx";

/** What the person is being asked now, over the workspace. */
export function Questions() {
  const question = useDevicesState((ui) => ui.question);
  switch (question?.kind) {
    case undefined:
      return undefined;
    case "add":
      return <AddWizard found={question.found} />;
    case "home":
      return <HomeDialog />;
    case "place":
      return <PlaceDialog role={question.role} />;
    case "remove":
      return <RemoveDialog deviceKey={question.key} />;
    case "import":
      return <ImportDialog imported={question.imported} />;
    case "forget":
      return <ForgetDialog />;
  }
}
