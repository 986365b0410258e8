import type { Command } from 'commander';
import { wholeNumber } from './option-types.ts';

export interface PlaceOptions {
  readonly local?: boolean;
  readonly port: number;
}

/** Adds the one way to say where: `--local [--port N]`. */
export function withPlaceOptions(command: Command): Command {
  return command
    .option('--local', 'the local cloud instead of AWS')
    .option('--port <n>', 'port of the local cloud', wholeNumber(1, 65_535), 8080);
}
