/** What CloudFormation knows of one resource of a stack. */
export interface ResourceRecord {
  readonly logicalId: string;
  readonly type: string;
  /** Missing until the resource exists. */
  readonly physicalId?: string;
  /** With every intrinsic function resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly updatePolicy?: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  /** Logical ids of the resources that this one needs. */
  readonly dependsOn: readonly string[];
  readonly status: string;
  readonly statusReason?: string;
  /** Cloud time of the last change. */
  readonly updated: number;
}

export type ResourceRecords = Readonly<Record<string, ResourceRecord>>;

/** A stack's resources while they change. Whoever keeps the stack also keeps what this is told. */
export interface StackLedger {
  readonly stackName: string;
  readonly stackId: string;
  readonly resources: ResourceRecords;
  /** Keeps the record, and reports its status when that is another than before. */
  put(record: Omit<ResourceRecord, 'updated'>): void;
  /** Keeps a record again that an undone change had put aside: nothing happens to the resource. */
  restore(record: ResourceRecord): void;
  /** Reports a status of a resource that is no longer, or not yet again, one of the stack's. */
  report(record: Omit<ResourceRecord, 'updated'>): void;
  drop(logicalId: string): void;
}

/** Resources of `before` that are physically gone from `after`: removed or replaced. */
export function leftovers(before: ResourceRecords, after: ResourceRecords): ResourceRecord[] {
  return Object.values(before).filter((record) => {
    if (record.physicalId === undefined) return false;
    const now = after[record.logicalId];
    return !now || now.type !== record.type || now.physicalId !== record.physicalId;
  });
}

export function dependenciesAmong(
  records: readonly ResourceRecord[],
): Map<string, readonly string[]> {
  return new Map(records.map(({ logicalId, dependsOn }) => [logicalId, dependsOn]));
}
