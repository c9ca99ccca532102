import type { Crops, CropsRequest, FieldEmbedding, FieldFeatures } from "../../shared/domain/features.ts";
import { OcularError } from "../../shared/errors.ts";
import { FieldEmbedder } from "./field-embedder.ts";
import type { FieldEmbedderParts } from "./field-embedder.ts";
import { FeaturesThread } from "./features-thread.ts";
import { SessionContentsCache } from "./session-contents-cache.ts";

/** Numbers and pictures of the cells of saved sessions, field by field, so that a caller shows progress and stops when it likes. */
export interface FeatureService {
  /** Every feature of every detection of a field. @throws OcularError NotASession, FileMissing, ImageUnreadable, InvalidInput */
  measure(folder: string, fieldId: string): Promise<FieldFeatures>;
  /** What the model itself saw in them; see {@link FieldEmbedder.embed}. */
  embed(folder: string, fieldId: string): Promise<FieldEmbedding>;
  crop(folder: string, request: CropsRequest): Promise<Crops>;
  dispose(): Promise<void>;
}

/** Fields whose numbers are kept: 1000 fields of 100 cells are some 40 MB. */
const MOST_FIELDS = 1000;

/** @param parts.entryFile bundle of the features worker; tests give their own. */
export function createFeatureService(parts: FieldEmbedderParts & { readonly entryFile?: string }): FeatureService {
  const thread = new FeaturesThread(parts.entryFile);
  const embedder = new FieldEmbedder(parts);
  const sessions = new SessionContentsCache();
  const measured = new Map<string, FieldFeatures>();
  const embedded = new Map<string, FieldEmbedding>();
  return {
    measure: async (folder, fieldId) => {
      const key = keyOf(folder, fieldId);
      const known = measured.get(key);
      // A second opinion may have come since.
      const { detections = [], second } = await sessions.field(folder, fieldId);
      if (known?.detectionIds.length === detections.length + (second?.detections.length ?? 0)) return known;
      const answer = await thread.ask({ type: "measure", folder, fieldId });
      if (answer.type !== "measured") throw mixedUp();
      // A field still waiting for its analysis has nothing yet, and will.
      if (answer.features.detectionIds.length > 0) remember(measured, key, answer.features);
      return answer.features;
    },
    embed: async (folder, fieldId) => {
      const key = keyOf(folder, fieldId);
      const known = embedded.get(key);
      if (known !== undefined) return known;
      const embedding = await embedder.embed(folder, await sessions.field(folder, fieldId));
      if (embedding.dimensions > 0) remember(embedded, key, embedding);
      return embedding;
    },
    crop: async (folder, request) => {
      const answer = await thread.ask({ type: "crop", folder, request });
      if (answer.type !== "cropped") throw mixedUp();
      return answer.crops;
    },
    dispose: async () => {
      await Promise.all([thread.close(), embedder.dispose()]);
    },
  };
}

/** A detection never changes once it is recorded: what was measured of a field holds. */
function keyOf(folder: string, fieldId: string): string {
  return `${folder}\n${fieldId}`;
}

function remember<T>(known: Map<string, T>, key: string, value: T): void {
  known.set(key, value);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_FIELDS) break;
    known.delete(oldest);
  }
}

function mixedUp(): OcularError {
  return new OcularError({ tag: "Internal", what: "Measuring cells", reason: "the worker answered another question" });
}
