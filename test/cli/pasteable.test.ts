import { describe, expect, it } from 'vitest';
import { pasteable } from '../../cli/pasteable.ts';

describe('pasteable', () => {
  it('names the npm script to one who came by an npm script', () => {
    expect(pasteable('dev', '', 'start')).toBe('npm start');
    expect(pasteable('deploy --local', '--port 1', 'run-script')).toBe(
      'npm run deploy:local -- --port 1',
    );
  });

  it('names the command to all others', () => {
    expect(pasteable('dev', '--port 1', 'exec')).toBe('npx siskin dev --port 1');
    expect(pasteable('deploy --local', '', 'exec')).toBe('npx siskin deploy --local');
  });
});
