import {act, cleanup, screen, waitFor} from '@testing-library/react';
import {afterEach, expect, it, vi} from 'vitest';
import {ok} from '../../../shared/result';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('tells the rows of tables in view where they were counted, each asked for once', async () => {
  const asked: string[] = [];
  const {desk} = renderApp({}, (host) =>
    host.answer('outputs:rowCount', async ({path}) => {
      asked.push(path);
      if (path === 'output/estimates.csv') return ok(1234);
      return ok(path.endsWith('.csv') ? 'not counted' : 'no table');
    }),
  );
  await screen.findByRole('tree', {name: 'Actions by state'});
  act(() => desk.store.setState({leftTab: 'outputs'}));
  const tree = await screen.findByRole('tree', {name: 'Outputs by tier'});
  await waitFor(() => expect(tree.textContent).toContain('1,234 rows · '));
  await waitFor(() => expect(tree.textContent).toContain('— rows · '));
  expect(asked).toHaveLength(new Set(asked).size);
});
