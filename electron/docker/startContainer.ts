import type {Container} from 'dockerode';

/** What runc says when the process that sets a container up was lost before its command began. */
const SET_UP_LOST = /runc create failed.*(connection reset by peer|EOF)/u;

/** Starts a container; once more where its set-up was lost on the way, which nothing of the action's had seen. */
export async function startContainer(container: Pick<Container, 'start'>): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    if (!(error instanceof Error) || !SET_UP_LOST.test(error.message)) throw error;
    await container.start();
  }
}
