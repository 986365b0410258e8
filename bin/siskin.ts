#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Node strips types and compiles a thousand files for a command: it remembers what came out, below the
// system's temporary folder. Whatever is loaded before this line is not remembered.
enableCompileCache();
const { main } = await import('../cli/main.ts');

await main(process.argv);
