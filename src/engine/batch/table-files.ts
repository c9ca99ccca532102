import type { BasicType, ColumnSource } from "hyparquet-writer";
import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import { csvLine } from "./csv.ts";
import { PartFile } from "./part-file.ts";
import type { Column } from "./result-columns.ts";

/** Rows of a row group: what is held in memory until the group is written, some 4 MB with all features. */
const GROUP_ROWS = 8192;

/** One table as CSV and as Parquet, written row by row with the same values in both. */
export class TableFiles<Row> {
  readonly #columns: ReadonlyArray<Column<Row>>;
  readonly #csv: PartFile;
  readonly #parquetFile: PartFile;
  readonly #bytes = new ByteWriter(1 << 16);
  readonly #parquet: ParquetWriter;
  #group: Array<Array<string | number | undefined>>;

  private constructor(columns: ReadonlyArray<Column<Row>>, csv: PartFile, parquet: PartFile) {
    this.#columns = columns;
    this.#csv = csv;
    this.#parquetFile = parquet;
    this.#group = columns.map(() => []);
    const shape = columns.map(({ name, type }) => ({ name, type: type satisfies BasicType, data: [] }));
    this.#parquet = new ParquetWriter({ writer: this.#bytes, schema: schemaFromColumnData({ columnData: shape }), createdBy: "Ocular" });
  }

  /** @param base path without its ending */
  static async create<Row>(base: string, columns: ReadonlyArray<Column<Row>>): Promise<TableFiles<Row>> {
    const csv = await PartFile.create(`${base}.csv`);
    await csv.write(csvLine(columns.map(({ name }) => name)));
    return new TableFiles(columns, csv, await PartFile.create(`${base}.parquet`));
  }

  async add(row: Row): Promise<void> {
    const cells = this.#columns.map(({ value }) => value(row));
    await this.#csv.write(csvLine(cells));
    for (const [index, cell] of cells.entries()) this.#group[index]?.push(cell);
    if ((this.#group[0]?.length ?? 0) >= GROUP_ROWS) await this.#writeGroup();
  }

  /** All rows are there: what is left to do is {@link commit}. */
  async finish(): Promise<void> {
    await this.#writeGroup();
    await this.#parquet.finish();
    await this.#drain();
  }

  async commit(): Promise<void> {
    await this.#csv.commit();
    await this.#parquetFile.commit();
  }

  async discard(): Promise<void> {
    await this.#csv.discard();
    await this.#parquetFile.discard();
  }

  async #writeGroup(): Promise<void> {
    if ((this.#group[0]?.length ?? 0) > 0) {
      // Nulls stand for what is missing: that is how the library knows it.
      const columnData = this.#columns.map(({ name, type }, index): ColumnSource => ({ name, type, data: (this.#group[index] ?? []).map((cell) => cell ?? null) }));
      await this.#parquet.write({ columnData, rowGroupSize: GROUP_ROWS });
      this.#group = this.#columns.map(() => []);
    }
    await this.#drain();
  }

  /** What the writer has made so far goes to the file; its count of bytes goes on. */
  async #drain(): Promise<void> {
    const { buffer, index } = this.#bytes;
    await this.#parquetFile.write(new Uint8Array(buffer.slice(0, index)));
    this.#bytes.index = 0;
  }
}
