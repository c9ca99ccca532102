import type { FieldEmbedding } from "../../../shared/domain/features.ts";
import type { FieldView } from "../../../shared/domain/snapshot.ts";
import type { InstrumentClient } from "../../api/client.ts";

/**
 * What the model itself saw in the cells of every field, one field after the other. A first field without any ends it: the
 * model gives none, and would not for the others. Resolves with what there is when the signal aborts.
 */
export async function askEmbeddings(client: InstrumentClient, name: string, fields: readonly FieldView[], onProgress: (done: number, total: number) => void, signal: AbortSignal): Promise<{ embedded: Map<string, FieldEmbedding>; reason: string | undefined }> {
  const embedded = new Map<string, FieldEmbedding>();
  const wanted = fields.filter(({ detections }) => detections !== undefined && detections.length > 0);
  let reason: string | undefined;
  for (const [index, { fieldId }] of wanted.entries()) {
    if (signal.aborted) break;
    onProgress(index, wanted.length);
    const embedding = await client.call("features.embed", { name, fieldId });
    if (embedding.dimensions > 0) embedded.set(fieldId, embedding);
    else reason ??= embedding.reason;
    if (embedded.size === 0 && reason !== undefined) break;
  }
  return { embedded, reason };
}
