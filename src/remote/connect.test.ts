import { expect, test } from 'vitest';
import { isVivariumError } from '../base/errors.ts';
import { connect } from './connect.ts';

function refusal(where: string): string {
  try {
    connect(where)[Symbol.dispose]();
  } catch (error) {
    if (isVivariumError(error, 'parameter-invalid')) return error.details.problem;
  }
  return '';
}

test.each([
  ['http://me:pass@box:8470', 'http://box:8470'],
  ['http://me@box', 'http://box'],
  ['https://box/foo', 'https://box'],
  ['http://box/?x=1', 'http://box'],
  ['http://box:1/#x', 'http://box:1'],
  ['ssh://me:pass@box', 'ssh://me@box'],
  ['ssh://box:22/home', 'ssh://box:22'],
])('%s says more than where', (where, instead) => {
  const problem = refusal(where);
  expect(problem).toContain(`no more than ${instead}:`);
  expect(problem).not.toContain('pass@');
});

test.each(['http://box:8470', 'http://box:8470/', 'https://[::1]:8470', 'ssh://me@box:22', 'unix:/a?b#c'])(
  '%s is where',
  (where) => expect(refusal(where)).toBe(''),
);

test.each(['ftp://box', 'box', ''])('%s is no URL of a vmd', (where) =>
  expect(refusal(where)).toContain('must be http://HOST:PORT'),
);
