#!/usr/bin/env node
import { synthesizeFromContext } from '../lib/synthesize.ts';

process.exitCode = await synthesizeFromContext();
