import {describe, expect, it} from 'vitest';
import {closeQuestion, type OpenThings} from '../../../electron/app/closeQuestion';

const NOTHING: OpenThings = {active: 0, waiting: 0, unsaved: [], shells: [], tools: []};

const asked = (open: Partial<OpenThings>) => closeQuestion({...NOTHING, ...open});

describe('what is asked before a window closes', () => {
  it('is nothing where nothing is open', () => expect(asked({})).toBeNull());

  it('names what is lost: shells, changes, and runs that wait', () => {
    expect(asked({shells: ['make_cohort']})).toMatchObject({
      message: 'A shell for make_cohort is still open.',
      detail: 'Lost when the window is closed: what was typed in the shell for make_cohort.',
      buttons: ['Close the window', 'Stay'],
      choices: ['close', 'stay'],
    });
    expect(asked({unsaved: ['project.yaml'], shells: ['a', 'b']})).toMatchObject({
      message: 'project.yaml has unsaved changes.',
      detail:
        'Lost when the window is closed: changes to project.yaml that are not saved and what was typed in the shells for a and b.',
      buttons: ['Close without saving', 'Stay'],
    });
    expect(asked({waiting: 2, unsaved: ['project.yaml']})).toMatchObject({
      message: '2 runs are waiting in this study.',
      detail:
        'Lost when the window is closed: 2 waiting runs and changes to project.yaml that are not saved.',
      buttons: ['Close the window', 'Stay'],
    });
  });

  it('offers the background to a run, and says what stopping it loses', () => {
    const question = asked({active: 1, waiting: 1, shells: ['a'], tools: ['JupyterLab']});
    expect(question?.choices).toEqual(['background', 'stop', 'stay']);
    expect(question?.detail).toContain('1 run is waiting behind it');
    expect(question?.detail).toContain('Lost if you stop: what was typed in the shell for a.');
    expect(question?.detail).toContain('JupyterLab will keep running until you stop it');
  });

  it('leaves tools running or stops them', () => {
    expect(asked({tools: ['JupyterLab', 'RStudio']})).toMatchObject({
      message: 'JupyterLab and RStudio are still running for this study.',
      buttons: ['Leave running', 'Stop JupyterLab and RStudio', 'Stay'],
      choices: ['close', 'stop-tools', 'stay'],
    });
  });
});
