import { useState } from "react";
import { HeadKind, OnnxForm } from "../../../shared/domain/model-package.ts";
import type { GraphTensor, PickedModel } from "../../../shared/domain/model-package.ts";
import { useInstrument } from "../../api/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { TextField } from "../../ui/text-field.tsx";

const HEADS: Readonly<Record<HeadKind, string>> = {
  boxes: "Boxes", "centre-heat-map": "Centre heat map", "semantic-map": "Semantic map", "distance-map": "Distance map",
  "star-distances": "Star distances (StarDist)", "flow-field": "Flow field (Cellpose)",
};
const RANGES: Readonly<Record<OnnxForm["range"], string>> = {
  "0..1": "0 to 1", "0..255": "0 to 255", "-1..1": "-1 to 1", imagenet: "ImageNet", picture: "Each picture's own range",
};

/** What a graph does not say of itself, asked of the person who knows the model; a zipped package mostly says it. */
export function AddModelDialog(props: { readonly picked: PickedModel; readonly onClose: () => void; readonly onAdded: (id: string) => void }) {
  const { picked } = props;
  const { client } = useInstrument();
  const [id, setId] = useState(idFrom(picked.name));
  const [head, setHead] = useState<HeadKind>("semantic-map");
  const [classes, setClasses] = useState("");
  const [pixelSize, setPixelSize] = useState("");
  const [range, setRange] = useState<OnnxForm["range"]>("0..1");
  const [channelOrder, setChannelOrder] = useState<OnnxForm["channelOrder"]>("rgb");
  const [threshold, setThreshold] = useState("0.5");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(picked.kind === "graph");

  const add = async (): Promise<void> => {
    if (!asked) return install(undefined);
    const answers = OnnxForm.safeParse({
      id, head, range, channelOrder, classes: classes.split(",").map((one) => one.trim()).filter((one) => one !== ""),
      scoreThreshold: Number(threshold), ...(pixelSize.trim() === "" ? {} : { pixelSizeUm: Number(pixelSize) }),
    });
    if (!answers.success) {
      const [issue] = answers.error.issues;
      setProblem(`${FIELDS[String(issue?.path[0])] ?? "The form"}: ${issue?.message ?? "not complete"}`);
      return;
    }
    await install(answers.data);
  };

  const install = async (answers: OnnxForm | undefined): Promise<void> => {
    setProblem(undefined);
    setBusy(true);
    try {
      props.onAdded((await client.call("models.add", answers === undefined ? {} : { answers })).id);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };

  const fields = (
    <>
      <TextField label="Name of the package" value={id} onChange={setId} testId="add-model-id" />
      <SelectField label="Its outputs are" value={head} options={HeadKind.options.map((value) => ({ value, label: HEADS[value] }))} onChoose={setHead} testId="add-model-head" />
      <TextField label="Classes, in the model's order, with commas" value={classes} onChange={setClasses} placeholder="red-cell, white-cell" testId="add-model-classes" />
      <TextField label="µm per pixel it was trained at; empty: as pictures come" value={pixelSize} onChange={setPixelSize} testId="add-model-pixel-size" />
      <SelectField label="Values it takes" value={range} options={(Object.keys(RANGES) as OnnxForm["range"][]).map((value) => ({ value, label: RANGES[value] }))} onChoose={setRange} testId="add-model-range" />
      <SelectField label="Order of colours" value={channelOrder} options={[{ value: "rgb", label: "Red, green, blue" }, { value: "bgr", label: "Blue, green, red" }]} onChoose={setChannelOrder} />
      <TextField label="Lowest score that counts, 0 to 1" value={threshold} onChange={setThreshold} testId="add-model-threshold" />
    </>
  );

  return (
    <Dialog title={`Add ${picked.name}`} onClose={props.onClose} testId="add-model-dialog">
      {picked.kind === "graph"
        ? <p className="oc-side__quiet">Takes {picked.inputs.map(shown).join(", ")}. Gives {picked.outputs.map(shown).join(", ")}.</p>
        : <p className="oc-side__quiet">A package describes itself. It is installed when its test tensors are reproduced here.</p>}
      {asked ? undefined : <Button label="Say how its outputs are read..." onPress={() => { setAsked(true); }} testId="add-model-say" />}
      {asked ? fields : undefined}
      {problem === undefined ? undefined : <Notice tone="error" testId="add-model-problem">{problem}</Notice>}
      <Button label={busy ? "Running it once..." : "Add"} tone="primary" disabled={busy} onPress={() => { void add(); }} testId="add-model-confirm" />
    </Dialog>
  );
}

const FIELDS: Readonly<Record<string, string>> = { id: "Name of the package", classes: "Classes", pixelSizeUm: "um per pixel", scoreThreshold: "Lowest score" };

function shown({ name, shape }: GraphTensor): string {
  return `${name} ${shape.join(" x ")}`;
}

function idFrom(file: string): string {
  return file.replace(/\.(onnx|zip)$/i, "").toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}
