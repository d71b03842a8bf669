import {cleanup, render} from '@testing-library/react';
import {afterEach, expect, it} from 'vitest';
import {LogLineRow} from '../../../renderer/log/LogLineRow';
import {Name} from '../../../renderer/ui/Name';

afterEach(cleanup);

it('shows in names and log lines what would turn the direction of their writing', () => {
  const time = '2026-01-02T03:04:05.000000000Z';
  const {container} = render(
    <>
      <Name name={'output/a\u202etxt.csv'} />
      <Name name={'b\u2066c\nd'} />
      <LogLineRow
        seq={0}
        line={{time, stream: 'stdout', text: 'e\u202ef \u0007'}}
        digits={1}
        time={null}
        pattern={{text: '', caseSensitive: false, wholeWord: false, regex: false}}
        found={false}
        here={false}
        picked={false}
        onPick={() => undefined}
        onShowAll={() => undefined}
        onOpen={() => undefined}
      />
    </>,
  );
  expect(container.textContent).not.toMatch(/[\u202a-\u202e\u2066-\u2069\n]/);
  for (const shown of ['a‹U+202E›txt.csv', 'b‹U+2066›c␊d', 'e‹U+202E›f ␇'])
    expect(container.textContent).toContain(shown);
});
