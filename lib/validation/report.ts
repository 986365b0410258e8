import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VALIDATION_REPORT_FILE } from 'aws-cdk-lib/cx-api';

/** What validator or nag found and nobody acknowledged. */
export interface Finding {
  readonly rule: string;
  readonly description: string;
  readonly severity: string;
  readonly constructs: readonly string[];
}

/**
 * The findings of a synthesized assembly, warnings included: the validator takes an enum value that
 * does not exist for a warning, and AWS refuses it all the same.
 */
export function findingsIn(assembly: string): Finding[] {
  const file = join(assembly, VALIDATION_REPORT_FILE);
  if (!existsSync(file)) return [];
  const report: ValidationReport = JSON.parse(readFileSync(file, 'utf8'));
  return report.pluginReports
    .flatMap(({ violations }) => violations)
    .filter(({ severity }) => severity !== 'informational' && severity !== 'debug')
    .map(({ ruleName, description, severity, violatingConstructs }) => ({
      rule: ruleName,
      description,
      severity,
      constructs: violatingConstructs.map(({ constructPath }) => constructPath),
    }));
}

/** The part of validation-report.json that is read here. */
interface ValidationReport {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly description: string;
      readonly severity: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}
